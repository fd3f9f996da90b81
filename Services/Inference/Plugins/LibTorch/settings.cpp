#include <charconv>
#include <string_view>

#include "model.h"

namespace {

constexpr struct {
    std::string_view name;
    quinion_datatype datatype;
    at::ScalarType type;
} datatypes[] = {
    {"BOOL", QUINION_BOOL, at::kBool},     {"UINT8", QUINION_UINT8, at::kByte},   {"INT8", QUINION_INT8, at::kChar},
    {"INT16", QUINION_INT16, at::kShort},  {"INT32", QUINION_INT32, at::kInt},    {"INT64", QUINION_INT64, at::kLong},
    {"FP16", QUINION_FP16, at::kHalf},     {"BF16", QUINION_BF16, at::kBFloat16}, {"FP32", QUINION_FP32, at::kFloat},
    {"FP64", QUINION_FP64, at::kDouble},
};

Fault invalid(const std::string &message) {
    return {QUINION_INVALID_ARGUMENT, message};
}

// Cuts the part before `separator` off `text`.
std::string_view take(std::string_view &text, char separator) {
    const auto end = text.find(separator);
    const auto part = text.substr(0, end);
    text = end == std::string_view::npos ? std::string_view() : text.substr(end + 1);
    return part;
}

template <typename Integer>
bool read_integer(std::string_view text, Integer &value) {
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
    return fault == std::errc() && end == text.data() + text.size();
}

// "input_ids INT64 -1,-1; attention_mask INT64 -1,-1"
std::vector<Port> read_ports(const char *key, std::string_view text) {
    std::vector<Port> ports;
    while (!text.empty()) {
        auto part = take(text, ';');
        while (part.starts_with(' ')) part.remove_prefix(1);
        const std::string whole(part);
        Port port{std::string(take(part, ' ')), quinion_datatype(0), {}};
        const auto name = take(part, ' ');
        for (const auto &known : datatypes) {
            if (known.name == name) port.datatype = known.datatype;
        }
        bool is_sound = !port.name.empty() && port.datatype != 0;
        while (!part.empty()) {
            int64_t dimension = 0;
            is_sound = is_sound && read_integer(take(part, ','), dimension) && dimension >= -1;
            port.shape.push_back(dimension);
        }
        if (!is_sound || port.shape.size() > 32) {
            throw invalid("parameter '" + std::string(key) + "': '" + whole + "' is not NAME DATATYPE DIMENSION,DIMENSION…");
        }
        ports.push_back(std::move(port));
    }
    return ports;
}

} // namespace

at::ScalarType scalar_type(quinion_datatype datatype) {
    for (const auto &known : datatypes) {
        if (known.datatype == datatype) return known.type;
    }
    throw Fault(QUINION_UNSUPPORTED, "a datatype that this backend does not serve");
}

Settings read_settings(const quinion_model_spec &spec) {
    Settings settings;
    settings.threads = std::max(1u, spec.cpu_count / std::max(1u, spec.instance_count));
    for (size_t i = 0; i < spec.parameter_count; i++) {
        const std::string key = spec.parameters[i].key, value = spec.parameters[i].value;
        if (key == "inputs") settings.inputs = read_ports("inputs", value);
        else if (key == "outputs") settings.outputs = read_ports("outputs", value);
        else if (key == "threads") {
            if (!read_integer(std::string_view(value), settings.threads) || settings.threads < 1 || settings.threads > 1024) {
                throw invalid("parameter 'threads' is '" + value + "', expected 1 to 1024");
            }
        } else if (key == "device") {
            if (value != "cpu" && !value.starts_with("cuda")) throw invalid("parameter 'device' is '" + value + "', expected cpu, cuda or cuda:N");
            settings.device = at::Device(value);
        } else {
            throw invalid("unknown parameter '" + key + "'; known are: device, inputs, outputs, threads");
        }
    }
    if (settings.inputs.empty() || settings.outputs.empty()) {
        throw invalid("parameters 'inputs' and 'outputs' are needed, such as \"x FP32 -1,3\": a model of PyTorch does not say them");
    }
    return settings;
}
