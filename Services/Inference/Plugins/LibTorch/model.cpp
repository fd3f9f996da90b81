#include "model.h"

#include <torch/csrc/inductor/aoti_package/model_package_loader.h>
#include <torch/script.h>

namespace {

class Script final : public Program {
    torch::jit::Module module;

public:
    Script(const std::string &path, const Settings &settings) : module(torch::jit::load(path, settings.device)) {
        module.eval();
        module = torch::jit::freeze(module);
        const auto arguments = module.get_method("forward").function().getSchema().arguments().size() - 1;
        if (arguments < settings.inputs.size()) {
            throw Fault(QUINION_INVALID_ARGUMENT, "forward takes " + std::to_string(arguments) + " arguments, 'inputs' names " +
                                                      std::to_string(settings.inputs.size()));
        }
    }

    const char *platform() const override { return "pytorch_libtorch"; } // as Triton calls it

    std::vector<at::Tensor> run(const std::vector<at::Tensor> &inputs) override {
        const auto result = module.forward(std::vector<torch::jit::IValue>(inputs.begin(), inputs.end()));
        if (result.isTensor()) return {result.toTensor()};
        if (result.isTensorList()) return result.toTensorVector();
        if (!result.isTuple()) throw Fault(QUINION_UNSUPPORTED, "forward returns neither a tensor nor a tuple or list of tensors");
        std::vector<at::Tensor> outputs;
        for (const auto &element : result.toTupleRef().elements()) {
            if (!element.isTensor()) throw Fault(QUINION_UNSUPPORTED, "forward returns a tuple of more than tensors");
            outputs.push_back(element.toTensor());
        }
        return outputs;
    }
};

class Package final : public Program {
    torch::inductor::AOTIModelPackageLoader loader;

public:
    Package(const std::string &path, const Settings &settings)
        // One runner per instance that may run at the same time; the loader hands them out under its own lock.
        : loader(path, "model", false, 8, settings.device.is_cuda() ? settings.device.index() : -1) {}

    const char *platform() const override { return "torch_aoti"; }

    std::vector<at::Tensor> run(const std::vector<at::Tensor> &inputs) override { return loader.run(inputs); }
};

} // namespace

std::unique_ptr<Program> Program::load(const std::string &path, const Settings &settings) {
    if (path.ends_with(".pt2")) return std::make_unique<Package>(path, settings);
    if (path.ends_with(".pt")) return std::make_unique<Script>(path, settings);
    throw Fault(QUINION_INVALID_ARGUMENT, "'" + path + "' ends in neither .pt nor .pt2: set 'file' in config.json");
}
