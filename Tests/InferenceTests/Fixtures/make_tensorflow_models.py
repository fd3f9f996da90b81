#!/usr/bin/env python3
"""Writes a small network by TensorFlow, in three of its forms, and what TensorFlow computes with it. Needs tensorflow-cpu.

    frameworks/network.savedmodel  with its variables beside the graph
    frameworks/network.pb          the frozen graph
    frameworks/network.tflite
    frameworks/tensorflow.json     inputs, outputs of each, and the version that made them

x FP32 [rows, 4] -> y FP32 [rows, 3] = softmax(relu(x . W1 + b1) . W2 + b2).
"""
import json
import pathlib
import shutil

import numpy as np
import tensorflow as tf
from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

folder = pathlib.Path(__file__).parent / "frameworks"
generator = np.random.default_rng(20261126)


def weights(*shape):
    return tf.Variable(generator.normal(0, 0.7, shape).astype(np.float32))


class Network(tf.Module):
    def __init__(self):
        self.w1, self.b1, self.w2, self.b2 = weights(4, 8), weights(8), weights(8, 3), weights(3)

    @tf.function(input_signature=[tf.TensorSpec([None, 4], tf.float32, name="x")])
    def __call__(self, x):
        return {"y": tf.nn.softmax(tf.nn.relu(x @ self.w1 + self.b1) @ self.w2 + self.b2, name="y")}


network = Network()
rows = generator.normal(0, 1, (5, 4)).astype(np.float32)
saved = folder / "network.savedmodel"
shutil.rmtree(saved, ignore_errors=True)
tf.saved_model.save(network, str(saved), signatures=network.__call__)
(saved / "fingerprint.pb").unlink(missing_ok=True)  # changes with every run

frozen = convert_variables_to_constants_v2(network.__call__.get_concrete_function())
(folder / "network.pb").write_bytes(frozen.graph.as_graph_def().SerializeToString(deterministic=True))

lite = tf.lite.TFLiteConverter.from_saved_model(str(saved)).convert()
(folder / "network.tflite").write_bytes(lite)
interpreter = tf.lite.Interpreter(model_content=lite)
runner = interpreter.get_signature_runner()

expected = {
    "made_by": f"tensorflow {tf.__version__}",
    "x": rows.flatten().tolist(),
    "tensorflow": network(tf.constant(rows))["y"].numpy().flatten().tolist(),
    "lite": runner(x=rows)["y"].flatten().tolist(),
    "frozen_output": frozen.outputs[0].name,
}
(folder / "tensorflow.json").write_text(json.dumps(expected, indent=1) + "\n")
print(json.dumps(expected), *(f"{p.relative_to(folder)} {p.stat().st_size}" for p in sorted(folder.rglob("*"))), sep="\n")
