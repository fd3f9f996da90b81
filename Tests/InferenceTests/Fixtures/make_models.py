#!/usr/bin/env python3
"""Writes the tiny ONNX models of this folder. Needs nothing but Python: ONNX is protobuf, and these need four field kinds.

    affine.onnx  x FP32 [batch, 3] -> y FP32 [batch, 2] = x . W + b, W = [[1, 2], [3, 4], [5, 6]], b = [0.5, -0.5]
    add.onnx     a, b INT64 [batch, sequence] -> sum INT64 [batch, sequence]
    log.onnx     x FP32 [n] -> y FP32 [n] = log(x), which is -inf for 0 and NaN below
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
