#!/usr/bin/env python3
"""Runs Python's tritonclient[http], unchanged, against a running inference service.

    python3 -m venv venv && venv/bin/pip install 'tritonclient[http]'
    venv/bin/python Tests/Conformance/inference_tritonclient.py SERVER [PLUGINS]

SERVER is the executable, PLUGINS the folder that `make plugins` fills (default .build/plugins). The script makes a model
repository of the tests' fixtures, starts the server on a free port and stops it at the end. Exits with 0 when every
expectation held. Tried with tritonclient 2.73.0 on CPython 3.11.
"""
import asyncio
import json
import pathlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time

import numpy as np
import tritonclient.http as http
import tritonclient.http.aio as aio
from tritonclient.utils import InferenceServerException

ROOT = pathlib.Path(__file__).resolve().parents[2]
WEIGHTS = np.array([[1, 2], [3, 4], [5, 6]], np.float32)
BIAS = np.array([0.5, -0.5], np.float32)


def make_repository(folder):
    for name in ("affine", "add"):
        version = folder / name / "1"
        version.mkdir(parents=True)
        shutil.copy(ROOT / "Tests/InferenceTests/Fixtures" / f"{name}.onnx", version / "model.onnx")
        (folder / name / "config.json").write_text(json.dumps({"backend": "openvino"}))
    (folder / "broken" / "1").mkdir(parents=True)
    (folder / "broken" / "1" / "model.onnx").write_text("no model")
    (folder / "broken" / "config.json").write_text(json.dumps({"backend": "openvino"}))


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def tensor(name, array, datatype, binary=True, module=http):
    given = module.InferInput(name, list(array.shape), datatype)
    given.set_data_from_numpy(array, binary_data=binary)
    return given


def refused(status, call):
    try:
        call()
    except InferenceServerException as error:
        assert error.status() == str(status), (status, error.status(), error.message())
        assert error.message(), "an error without a message"
        return
    raise AssertionError(f"expected status {status}")


def check(client):
    assert client.is_server_live() and client.is_server_ready()
    assert client.is_model_ready("affine") and client.is_model_ready("affine", "1")
    assert not client.is_model_ready("broken") and not client.is_model_ready("absent")
    assert client.get_server_metadata()["name"] == "quinion"
    metadata = client.get_model_metadata("affine", "1")
    assert metadata["inputs"] == [{"name": "x", "datatype": "FP32", "shape": [-1, 3]}], metadata
    states = {entry["name"]: entry["state"] for entry in client.get_model_repository_index()}
    assert states == {"add": "READY", "affine": "READY", "broken": "UNAVAILABLE"}, states

    x = np.array([[1, 2, 3], [0.1, 0.2, 0.3]], np.float32)
    for binary_in in (True, False):
        for outputs in (None, [http.InferRequestedOutput("y", binary_data=True)],
                        [http.InferRequestedOutput("y", binary_data=False)]):
            result = client.infer("affine", [tensor("x", x, "FP32", binary_in)], outputs=outputs, request_id="42",
                                  priority=1, timeout=1_000_000, parameters={"key": "value"})
            np.testing.assert_allclose(result.as_numpy("y"), x @ WEIGHTS + BIAS, rtol=1e-6)
            assert result.get_response()["id"] == "42" and result.get_response()["model_version"] == "1"
    a, b = np.array([[5, 6]], np.int64), np.array([[1, -1]], np.int64)
    result = client.infer("add", [tensor("b", b, "INT64", False), tensor("a", a, "INT64")])
    assert result.as_numpy("sum").tolist() == [[6, 5]]
    assert client.async_infer("affine", [tensor("x", x, "FP32")]).get_result().as_numpy("y").shape == (2, 2)

    refused(404, lambda: client.infer("absent", [tensor("x", x, "FP32")]))
    refused(503, lambda: client.infer("broken", [tensor("x", x, "FP32")]))
    refused(404, lambda: client.get_model_metadata("affine", "7"))
    refused(400, lambda: client.infer("affine", [tensor("x", x[:, :2].copy(), "FP32")]))
    refused(400, lambda: client.infer("affine", [tensor("x", x.astype(np.float64), "FP64")]))
    refused(400, lambda: client.infer("affine", [tensor("q", x, "FP32")]))
    refused(400, lambda: client.infer("affine", [tensor("x", x, "FP32")], outputs=[http.InferRequestedOutput("q")]))
    refused(400, lambda: client.infer("affine", [tensor("x", x, "FP32")], sequence_id=7))
    refused(415, lambda: client.infer("affine", [tensor("x", x, "FP32")], request_compression_algorithm="gzip"))


async def check_aio(address):
    x = np.array([[1, 2, 3]], np.float32)
    async with aio.InferenceServerClient(address) as client:
        assert await client.is_server_ready()
        results = await asyncio.gather(*(client.infer("affine", [tensor("x", x * n, "FP32")]) for n in range(50)))
        for n, result in enumerate(results):
            np.testing.assert_allclose(result.as_numpy("y"), x * n @ WEIGHTS + BIAS, rtol=1e-6)


def main():
    server, plugins = sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else str(ROOT / ".build/plugins")
    with tempfile.TemporaryDirectory() as folder:
        make_repository(pathlib.Path(folder))
        port = free_port()
        process = subprocess.Popen([server, "--models-path", folder, "--backends-path", plugins, "--http-port", str(port),
                                    "--log-level", "critical"])
        try:
            client = http.InferenceServerClient(f"127.0.0.1:{port}", concurrency=4)
            for _ in range(300):
                try:
                    if client.is_server_ready():
                        break
                except OSError:
                    pass
                time.sleep(0.1)
            check(client)
            asyncio.run(check_aio(f"127.0.0.1:{port}"))
        finally:
            process.terminate()
            process.wait(30)
    print("tritonclient: every expectation held")


if __name__ == "__main__":
    main()
