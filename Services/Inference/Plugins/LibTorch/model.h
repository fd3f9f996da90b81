// A loaded model: TorchScript or a package of AOTInductor behind one call.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <ATen/ATen.h>

#include "quinion_backend.h"

// A fault with its code; becomes an error of the host at the border.
struct Fault : std::runtime_error {
    quinion_error_code code;
    Fault(quinion_error_code code, const std::string &message) : std::runtime_error(message), code(code) {}
};

// An input or output, as the model's configuration declares it: neither format says it itself.
struct Port {
    std::string name;
    quinion_datatype datatype;
    std::vector<int64_t> shape;
};

struct Settings {
    std::vector<Port> inputs, outputs;
    int threads; // of one execution
    at::Device device = at::kCPU;
};

Settings read_settings(const quinion_model_spec &spec);
at::ScalarType scalar_type(quinion_datatype datatype);

class Program {
public:
    virtual ~Program() = default;
    virtual std::vector<at::Tensor> run(const std::vector<at::Tensor> &inputs) = 0;
    virtual const char *platform() const = 0;
    // Reads .pt (TorchScript) or .pt2 (AOTInductor).
    static std::unique_ptr<Program> load(const std::string &path, const Settings &settings);
};
