#!/usr/bin/env python3
"""Writes the tiny models of this folder. Needs nothing but Python: most formats are protobuf, and these need four field kinds.

    affine.onnx  x FP32 [batch, 3] -> y FP32 [batch, 2] = x . W + b, W = [[1, 2], [3, 4], [5, 6]], b = [0.5, -0.5]
    add.onnx     a, b INT64 [batch, sequence] -> sum INT64 [batch, sequence]
    log.onnx     x FP32 [n] -> y FP32 [n] = log(x), which is -inf for 0 and NaN below
    positive.onnx  x FP32 [n] -> y FP32 [n], the positive ones of x: what it declares about n is true only when all are

and `affine` again as OpenVINO IR (affine.xml, affine.bin), as a frozen TensorFlow graph (affine.pb) and as a TensorFlow
SavedModel (affine.savedmodel), whose x is FP32 [-1, 3].
"""
import pathlib
import struct

FLOAT, INT64 = 1, 7  # TensorProto.DataType


def varint(number):
    number &= (1 << 64) - 1
    result = bytearray()
    while True:
        result.append(number & 0x7F | (0x80 if number > 0x7F else 0))
        number >>= 7
        if not number:
            return bytes(result)


def integer(field, value):
    return varint(field << 3) + varint(value)


def block(field, value):
    value = value.encode() if isinstance(value, str) else value
    return varint(field << 3 | 2) + varint(len(value)) + value


def value_info(name, kind, dimensions):
    shape = b"".join(
        block(1, integer(1, d) if isinstance(d, int) else block(2, d)) for d in dimensions)
    return block(1, name) + block(2, block(1, integer(1, kind) + block(2, shape)))


def tensor(name, dimensions, values):
    raw = struct.pack(f"<{len(values)}f", *values)
    return b"".join(integer(1, d) for d in dimensions) + integer(2, FLOAT) + block(8, name) + block(9, raw)


def node(operator, inputs, outputs):
    return b"".join(block(1, i) for i in inputs) + b"".join(block(2, o) for o in outputs) + block(4, operator)


def model(name, nodes, inputs, outputs, weights=()):
    graph = b"".join(block(1, n) for n in nodes) + block(2, name)
    graph += b"".join(block(5, w) for w in weights)
    graph += b"".join(block(11, i) for i in inputs) + b"".join(block(12, o) for o in outputs)
    opset = block(8, integer(2, 17))
    return integer(1, 8) + block(2, "quinion-tests") + block(7, graph) + opset


here = pathlib.Path(__file__).parent
(here / "affine.onnx").write_bytes(model(
    "affine",
    [node("MatMul", ["x", "W"], ["xW"]), node("Add", ["xW", "b"], ["y"])],
    [value_info("x", FLOAT, ["batch", 3])],
    [value_info("y", FLOAT, ["batch", 2])],
    [tensor("W", [3, 2], [1, 2, 3, 4, 5, 6]), tensor("b", [2], [0.5, -0.5])]))
(here / "add.onnx").write_bytes(model(
    "add",
    [node("Add", ["a", "b"], ["sum"])],
    [value_info("a", INT64, ["batch", "sequence"]), value_info("b", INT64, ["batch", "sequence"])],
    [value_info("sum", INT64, ["batch", "sequence"])]))
(here / "log.onnx").write_bytes(model(
    "log", [node("Log", ["x"], ["y"])], [value_info("x", FLOAT, ["n"])], [value_info("y", FLOAT, ["n"])]))
(here / "positive.onnx").write_bytes(model(
    "positive",
    [node("Greater", ["x", "zero"], ["is_positive"]), node("Compress", ["x", "is_positive"], ["y"])],
    [value_info("x", FLOAT, ["n"])], [value_info("y", FLOAT, ["n"])], [tensor("zero", [1], [0])]))


# OpenVINO IR: the graph as XML, the weights beside it.

def ir_port(identifier, dimensions, names=""):
    dims = "".join(f"<dim>{d}</dim>" for d in dimensions)
    return f'<port id="{identifier}" precision="FP32"{names}>{dims}</port>'


def ir_layer(identifier, name, kind, data="", inputs=(), output=None, names=""):
    parts = [f'<layer id="{identifier}" name="{name}" type="{kind}" version="opset1">', data]
    if inputs:
        parts.append("<input>" + "".join(ir_port(i, d) for i, d in enumerate(inputs)) + "</input>")
    if output:
        parts.append("<output>" + ir_port(len(inputs), output, names) + "</output>")
    return "".join(parts) + "</layer>"


def ir_constant(identifier, name, dimensions, offset):
    size = 4
    for d in dimensions:
        size *= d
    text = ", ".join(map(str, dimensions))
    return ir_layer(identifier, name, "Const",
                    f'<data element_type="f32" shape="{text}" offset="{offset}" size="{size}"/>', (), dimensions)


weights, bias = [1, 2, 3, 4, 5, 6], [0.5, -0.5]
layers = [
    ir_layer(0, "x", "Parameter", '<data shape="?,3" element_type="f32"/>', (), [-1, 3], ' names="x"'),
    ir_constant(1, "W", [3, 2], 0),
    ir_layer(2, "xW", "MatMul", '<data transpose_a="false" transpose_b="false"/>', [[-1, 3], [3, 2]], [-1, 2]),
    ir_constant(3, "b", [1, 2], 24),
    ir_layer(4, "y", "Add", '<data auto_broadcast="numpy"/>', [[-1, 2], [1, 2]], [-1, 2], ' names="y"'),
    ir_layer(5, "y/result", "Result", "", [[-1, 2]]),
]
edges = [(0, 0, 2, 0), (1, 0, 2, 1), (2, 2, 4, 0), (3, 0, 4, 1), (4, 2, 5, 0)]
(here / "affine.xml").write_text(
    '<?xml version="1.0"?>\n<net name="affine" version="11">\n<layers>\n' + "\n".join(layers) + "\n</layers>\n<edges>\n"
    + "\n".join(f'<edge from-layer="{a}" from-port="{b}" to-layer="{c}" to-port="{d}"/>' for a, b, c, d in edges)
    + "\n</edges>\n</net>\n")
(here / "affine.bin").write_bytes(struct.pack("<8f", *weights, *bias))

# TensorFlow: GraphDef (graph.proto, node_def.proto, attr_value.proto, tensor.proto), SavedModel (saved_model.proto).

TF_FLOAT = 1


def tf_shape(dimensions):
    return b"".join(block(2, integer(1, d)) for d in dimensions)


def tf_attribute(name, value):
    return block(5, block(1, name) + block(2, value))


def tf_type(name):
    return tf_attribute(name, integer(6, TF_FLOAT))


def tf_node(name, operator, inputs=(), attributes=()):
    return block(1, block(1, name) + block(2, operator) + b"".join(block(3, i) for i in inputs) + b"".join(attributes))


def tf_constant(name, dimensions, values):
    raw = struct.pack(f"<{len(values)}f", *values)
    tensor = integer(1, TF_FLOAT) + block(2, tf_shape(dimensions)) + block(4, raw)
    return tf_node(name, "Const", (), [tf_type("dtype"), tf_attribute("value", block(8, tensor))])


graph = (
    tf_node("x", "Placeholder", (), [tf_type("dtype"), tf_attribute("shape", block(7, tf_shape([-1, 3])))])
    + tf_constant("W", [3, 2], weights)
    + tf_node("xW", "MatMul", ["x", "W"], [tf_type("T")])
    + tf_constant("b", [2], bias)
    + tf_node("y", "AddV2", ["xW", "b"], [tf_type("T")]))
(here / "affine.pb").write_bytes(graph)


def tf_entry(name, node_name, dimensions):
    tensor = block(1, node_name) + integer(2, TF_FLOAT) + block(3, tf_shape(dimensions))
    return block(1, name) + block(2, tensor)


signature = (block(1, tf_entry("x", "x:0", [-1, 3])) + block(2, tf_entry("y", "y:0", [-1, 2]))
             + block(3, "tensorflow/serving/predict"))
meta_graph = (block(1, block(4, "serve")) + block(2, graph)
              + block(5, block(1, "serving_default") + block(2, signature)))
folder = here / "affine.savedmodel"
folder.mkdir(exist_ok=True)
(folder / "saved_model.pb").write_bytes(integer(1, 1) + block(2, meta_graph))
