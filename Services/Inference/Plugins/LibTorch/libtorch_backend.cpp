// Backend plugin over LibTorch: TorchScript (.pt) and AOTInductor packages (.pt2), on the processor or a CUDA device.
//
// Parameters of a model:
//
//   inputs, outputs  what it takes and gives, in order: "x FP32 -1,3; mask INT64 -1" (neither format says it)
//   threads          1 to 1024: threads of one execution (default: processors divided by instances)
//   device           cpu (default), cuda or cuda:N
//
// A .pt2 holds machine code, and is as trustworthy as a shared library; a .pt does not.

#include <cstring>
#include <mutex>
#include <optional>

#include <dlfcn.h>

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>
#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>
#include <torch/version.h>

#include "model.h"

static const quinion_host *host;

struct quinion_model {
    Settings settings;
    std::unique_ptr<Program> program;
    std::vector<quinion_tensor_info> inputs, outputs;
};

struct quinion_instance {
    quinion_model *model;
    std::optional<c10::Stream> stream; // of its own, so that one instance's copies run beside another's kernels
};

namespace {

// What LibTorch throws for inputs that do not fit each other or the model, told from its own faults only by text.
bool is_about_inputs(const std::string &text) {
    for (const auto hint : {"size", "shape", "dimension", "index out of range", "out of bounds"}) {
        if (text.find(hint) != std::string::npos) return true;
    }
    return false;
}

// Runs `body`; no exception passes the border.
template <typename Body>
quinion_error *guarded(quinion_error_code code, const char *doing, Body body) {
    std::string text;
    try {
        body();
        return nullptr;
    } catch (const Fault &fault) {
        return host->error_create(fault.code, fault.what());
    } catch (const c10::Error &error) {
        text = error.what_without_backtrace();
    } catch (const std::exception &error) {
        text = error.what();
    } catch (...) {
        text = "an exception of unknown type";
    }
    // The first line says it; traces of the compiler follow.
    text = text.substr(0, std::min(text.find("\nException raised"), text.find("\nC++ CapturedTraceback")));
    if (code == QUINION_INTERNAL && is_about_inputs(text)) code = QUINION_INVALID_ARGUMENT;
    return host->error_create(code, (std::string(doing) + ": " + text).c_str());
}

std::vector<quinion_tensor_info> describe(const std::vector<Port> &ports) {
    std::vector<quinion_tensor_info> infos;
    for (const auto &port : ports) {
        infos.push_back({port.name.c_str(), port.datatype, uint32_t(port.shape.size()), port.shape.data()});
    }
    return infos;
}

quinion_error *initialize(quinion_backend_state **result) {
    *result = nullptr;
    return guarded(QUINION_UNAVAILABLE, "starting LibTorch", [] {
        // A .pt2 may hold a C++ runtime of its own, linked statically by the compiler that made it. Where the process's is
        // visible to all, both use that one; else they disagree about the facets of std::locale, and loading crashes.
        dlopen("libstdc++.so.6", RTLD_NOW | RTLD_GLOBAL);
        // May be set once per process, and before any work.
        static std::once_flag once;
        std::call_once(once, [] { at::set_num_interop_threads(1); });
    });
}

quinion_error *model_create(quinion_backend_state *, const quinion_model_spec *spec, quinion_model **result) {
    auto model = std::make_unique<quinion_model>();
    quinion_error *error = guarded(QUINION_INVALID_ARGUMENT, "reading the model", [&] {
        model->settings = read_settings(*spec);
        model->program = Program::load(spec->path, model->settings);
        model->inputs = describe(model->settings.inputs);
        model->outputs = describe(model->settings.outputs);
    });
    if (error == nullptr) *result = model.release();
    return error;
}

void model_destroy(quinion_model *model) {
    delete model;
}

quinion_error *model_info(quinion_model *model, quinion_model_info *info) {
    info->platform = model->program->platform();
    info->input_count = model->inputs.size();
    info->inputs = model->inputs.data();
    info->output_count = model->outputs.size();
    info->outputs = model->outputs.data();
    return nullptr;
}

quinion_error *instance_create(quinion_model *model, uint32_t, quinion_instance **result) {
    // Of this thread, on which the instance stays.
    at::set_num_threads(model->settings.threads);
    return guarded(QUINION_UNAVAILABLE, "creating a stream", [&] {
        const auto &device = model->settings.device;
        std::optional<c10::Stream> stream;
        if (!device.is_cpu()) stream = c10::impl::VirtualGuardImpl(device.type()).getStreamFromGlobalPool(device);
        *result = new quinion_instance{model, stream};
    });
}

void instance_destroy(quinion_instance *instance) {
    delete instance;
}

// The request's bytes as a tensor, without a copy on the processor.
at::Tensor lend(const quinion_tensor &input, const at::Device &device) {
    const auto tensor = at::from_blob(const_cast<void *>(input.data), at::IntArrayRef(input.shape, input.rank),
                                      at::TensorOptions().dtype(scalar_type(input.datatype)));
    return device.is_cpu() ? tensor : tensor.to(device);
}

// Dense, in the processor's memory; from a device by way of page-locked memory, there once the stream is done.
at::Tensor fetch(const at::Tensor &tensor, const Port &port) {
    if (tensor.scalar_type() != scalar_type(port.datatype)) {
        throw Fault(QUINION_INTERNAL, "output '" + port.name + "' is " + c10::toString(tensor.scalar_type()) + ", 'outputs' declares it otherwise");
    }
    const auto dense = tensor.contiguous();
    if (dense.is_cpu()) return dense;
    return at::empty(dense.sizes(), dense.options().device(at::kCPU).pinned_memory(true)).copy_(dense, true);
}

quinion_error *give(const quinion_request &request, uint32_t index, const Port &port, const at::Tensor &dense) {
    quinion_buffer buffer{nullptr, dense.nbytes(), {QUINION_MEMORY_CPU, 0}};
    quinion_error *error = host->output_allocate(request.execution, index, port.datatype, uint32_t(dense.dim()),
                                                 dense.sizes().data(), &buffer);
    if (error == nullptr && buffer.byte_size > 0) std::memcpy(buffer.data, dense.const_data_ptr(), buffer.byte_size);
    return error;
}

quinion_error *execute(quinion_instance *instance, const quinion_request *request) {
    const auto &settings = instance->model->settings;
    quinion_error *refusal = nullptr;
    quinion_error *error = guarded(QUINION_INTERNAL, "running the model", [&] {
        const c10::InferenceMode mode;
        const auto &stream = instance->stream;
        const c10::OptionalStreamGuard guard(stream);
        std::vector<at::Tensor> inputs;
        for (size_t i = 0; i < request->input_count; i++) inputs.push_back(lend(request->inputs[i], settings.device));
        host->execution_phase(request->execution, QUINION_PHASE_COMPUTE);
        const auto outputs = instance->model->program->run(inputs);
        if (stream) stream->synchronize();
        host->execution_phase(request->execution, QUINION_PHASE_OUTPUT);
        if (outputs.size() != settings.outputs.size()) {
            throw Fault(QUINION_INTERNAL, "the model gives " + std::to_string(outputs.size()) + " tensors, 'outputs' declares " +
                                              std::to_string(settings.outputs.size()));
        }
        std::vector<at::Tensor> fetched;
        for (size_t i = 0; i < request->output_count; i++) {
            const auto index = request->outputs[i];
            fetched.push_back(fetch(outputs[index], settings.outputs[index]));
        }
        if (stream) stream->synchronize();
        for (size_t i = 0; refusal == nullptr && i < request->output_count; i++) {
            const auto index = request->outputs[i];
            refusal = give(*request, index, settings.outputs[index], fetched[i]);
        }
    });
    if (refusal != nullptr && error != nullptr) host->error_release(refusal);
    return error != nullptr ? error : refusal;
}

} // namespace

extern "C" QUINION_BACKEND_EXPORT const quinion_backend *quinion_backend_entry(const quinion_host *given) {
    static const quinion_backend backend = {
        .struct_size = sizeof(quinion_backend),
        .abi_major = QUINION_BACKEND_ABI_MAJOR,
        .abi_minor = QUINION_BACKEND_ABI_MINOR,
        .name = "libtorch",
        .engine = "LibTorch " TORCH_VERSION,
        .input_memory = 0,
        .initialize = initialize,
        .finalize = nullptr,
        .model_create = model_create,
        .model_destroy = model_destroy,
        .model_info = model_info,
        .instance_create = instance_create,
        .instance_destroy = instance_destroy,
        .execute = execute,
        // OpenMP keeps a pool of threads for each thread that calls it.
        .any_thread = 0,
    };
    host = given;
    return &backend;
}
