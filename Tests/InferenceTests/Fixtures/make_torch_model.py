#!/usr/bin/env python3
"""Writes affine.pt, the model of make_models.py as TorchScript. Needs PyTorch 2.13; with an argument also g++:

    make_torch_model.py FOLDER

writes a small network as TorchScript and as a package of AOTInductor there, and what PyTorch computes with it: network.pt,
network.pt2, torch.json. A .pt2 holds code for the processor it was made on and is a megabyte, so it is not committed.
"""
import json
import pathlib
import sys

import torch


class Affine(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.w = torch.nn.Parameter(torch.tensor([[1.0, 2], [3, 4], [5, 6]]), requires_grad=False)
        self.b = torch.nn.Parameter(torch.tensor([0.5, -0.5]), requires_grad=False)

    def forward(self, x):
        return torch.matmul(x, self.w) + self.b


class Network(torch.nn.Module):
    """x FP32 [rows, 6], scale FP32 [rows, 1] -> the classes of each row, and what they are made of."""

    def __init__(self):
        super().__init__()
        self.inner = torch.nn.Linear(6, 16)
        self.norm = torch.nn.LayerNorm(16)
        self.outer = torch.nn.Linear(16, 3)

    def forward(self, x, scale):
        hidden = self.norm(torch.nn.functional.gelu(self.inner(x * scale)))
        return torch.softmax(self.outer(hidden), dim=-1), hidden


def write_network(folder):
    torch.manual_seed(20261126)
    network = Network().eval()
    x, scale = torch.randn(5, 6), torch.rand(5, 1)
    with torch.no_grad():
        classes, hidden = network(x, scale)
        torch.jit.trace(network, (x, scale)).save(f"{folder}/network.pt")
        rows = torch.export.Dim("rows", min=2, max=4096)
        program = torch.export.export(network, (x, scale), dynamic_shapes={"x": {0: rows}, "scale": {0: rows}})
        torch._inductor.aoti_compile_and_package(program, package_path=f"{folder}/network.pt2")
    values = {"x": x, "scale": scale, "classes": classes, "hidden": hidden}
    values = {name: tensor.flatten().tolist() for name, tensor in values.items()}
    (pathlib.Path(folder) / "torch.json").write_text(json.dumps(values))


if len(sys.argv) > 1:
    write_network(sys.argv[1])
else:
    torch.jit.script(Affine().eval()).save(str(pathlib.Path(__file__).parent / "affine.pt"))
