#!/usr/bin/env python3
"""Writes affine.pt, the model of make_models.py as TorchScript, and with an argument also affine.pt2 there. Needs PyTorch 2.13.

A .pt2 holds code for the processor it was made on and is a megabyte, so it is not committed:

    make_torch_model.py FOLDER
"""
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


model = Affine().eval()
torch.jit.script(model).save(str(pathlib.Path(__file__).parent / "affine.pt"))
if len(sys.argv) > 1:
    rows = torch.export.Dim("rows", min=1, max=4096)
    program = torch.export.export(model, (torch.ones(2, 3),), dynamic_shapes={"x": {0: rows}})
    torch._inductor.aoti_compile_and_package(program, package_path=f"{sys.argv[1]}/affine.pt2")
