#!/usr/bin/env python3
"""Writes a small network by Paddle, and what Paddle computes with it. Needs paddlepaddle.

    frameworks/paddle.pdmodel, paddle.pdiparams  graph and weights
    frameworks/paddle.json                       inputs, outputs, and the version that made them

x FP32 [rows, 4] -> FP32 [rows, 3] = softmax(relu(x . W1 + b1) . W2 + b2). Paddle's newer graph form (PIR, in JSON) is turned
off: OpenVINO reads .pdmodel.
"""
import os

os.environ["FLAGS_enable_pir_api"] = "0"
import json
import pathlib

import numpy as np
import paddle

folder = pathlib.Path(__file__).parent / "frameworks"
generator = np.random.default_rng(20261126)
network = paddle.nn.Sequential(
    paddle.nn.Linear(4, 8), paddle.nn.ReLU(), paddle.nn.Linear(8, 3), paddle.nn.Softmax())
for parameter in network.parameters():
    parameter.set_value(generator.normal(0, 0.7, parameter.shape).astype(np.float32))
network.eval()
rows = generator.normal(0, 1, (5, 4)).astype(np.float32)
paddle.jit.save(network, str(folder / "paddle"), input_spec=[paddle.static.InputSpec([None, 4], "float32", "x")])
for name in ["paddle.pdiparams.info", "paddle.pdmodel.info"]:
    (folder / name).unlink(missing_ok=True)
expected = {
    "made_by": f"paddlepaddle {paddle.__version__}",
    "x": rows.flatten().tolist(),
    "paddle": network(paddle.to_tensor(rows)).numpy().flatten().tolist(),
}
(folder / "paddle.json").write_text(json.dumps(expected, indent=1) + "\n")
print(*(f"{p.name} {p.stat().st_size}" for p in sorted(folder.glob("paddle*"))), sep="\n")
