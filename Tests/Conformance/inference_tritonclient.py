#!/usr/bin/env python3
"""Runs Python's tritonclient[http], unchanged, over every endpoint of a running inference service.

    Tests/Conformance/run            or, with the packages of requirements.txt:
    python Tests/Conformance/inference_tritonclient.py SERVER PLUGINS

SERVER is the executable, PLUGINS the folder that `make plugins` fills. Exits with 0 when every expectation held.
"""
import asyncio
import json
import sys
import urllib.request

import ml_dtypes
import numpy as np
import tritonclient.http as http
import tritonclient.http.aio as aio
from tritonclient.utils import InferenceServerException, np_to_triton_dtype

from served import serving

WEIGHTS = np.array([[1, 2], [3, 4], [5, 6]], np.float32)
BIAS = np.array([0.5, -0.5], np.float32)
X = np.array([[1, 2, 3], [0.1, 0.2, 0.3]], np.float32)
ARRAYS = {
    "BOOL": np.array([True, False]), "UINT8": np.array([0, 255], np.uint8), "INT8": np.array([-128, 127], np.int8),
    "UINT16": np.array([0, 65535], np.uint16), "INT16": np.array([-1, 256], np.int16),
    "UINT32": np.array([1, 2**32 - 1], np.uint32), "INT32": np.array([-2, 1], np.int32),
    "UINT64": np.array([2**64 - 1, 2**53 + 1], np.uint64), "INT64": np.array([-2**63, 2**53 + 1], np.int64),
    "FP16": np.array([0.5, -65504], np.float16), "FP32": np.array([0.1, 1e-45], np.float32),
    "FP64": np.array([0.1, 5e-324]), "BYTES": np.array(["h\u00e9\"\n", "", "\u4e16\u754c"], np.object_),
}


def prepare(repository):
    repository.onnx("affine", (1, 2))
    repository.onnx("add")
    repository.config("affine", backend="openvino", versions="all", labels={"y": "names.txt"})
    repository.write("affine/names.txt", "cat\ndog\n")
    repository.write("broken/1/model.onnx", "no model")
    repository.config("broken", backend="openvino")
    for datatype in ARRAYS:
        repository.echo(datatype.lower(), datatype)
    repository.echo("bf16", "BF16")
    repository.echo("fails", "FP32", parameters={"mode": "fails"})
    repository.echo("spare", "FP32")
    repository.echo("with space", "FP32")


def tensor(name, array, datatype, binary=True, module=http):
    given = module.InferInput(name, list(array.shape), datatype)
    given.set_data_from_numpy(array, binary_data=binary)
    return given


def refused(status, call, *words):
    try:
        call()
    except InferenceServerException as error:
        assert error.status() == str(status), (status, error.status(), error.message())
        assert all(word in error.message() for word in words), (words, error.message())
        return
    raise AssertionError(f"expected status {status}")


def check_health_and_metadata(client):
    assert client.is_server_live() and client.is_server_ready()
    assert client.is_model_ready("affine") and client.is_model_ready("affine", "1")
    assert client.is_model_ready("with space")
    assert not client.is_model_ready("broken") and not client.is_model_ready("absent")
    assert not client.is_model_ready("affine", "9")
    server = client.get_server_metadata()
    assert server["name"] == "quinion" and server["version"]
    assert {"classification", "model_repository", "model_configuration", "binary_tensor_data", "parameters", "statistics",
            "trace", "logging"} <= set(server["extensions"]), server
    metadata = client.get_model_metadata("affine", "1")
    assert metadata["inputs"] == [{"name": "x", "datatype": "FP32", "shape": [-1, 3]}], metadata
    assert client.get_model_metadata("affine")["versions"] == ["1", "2"]
    refused(404, lambda: client.get_model_metadata("absent"), "absent")
    refused(404, lambda: client.get_model_metadata("affine", "7"), "7")
    refused(503, lambda: client.get_model_metadata("broken"), "unavailable")
    refused(400, lambda: client.get_model_metadata("affine", "x"))


def check_config(client):
    config = client.get_model_config("affine", "2")
    # What perf_analyzer looks up.
    assert config["name"] == "affine" and config["max_batch_size"] == 0 and config["backend"] == "openvino"
    assert config["model_transaction_policy"] == {"decoupled": False} and config["platform"] != "ensemble"
    assert "sequence_batching" not in config
    for declared, described in (("input", "inputs"), ("output", "outputs")):
        names = [entry["name"] for entry in client.get_model_metadata("affine")[described]]
        assert [entry["name"] for entry in config[declared]] == names
        assert all(entry["is_shape_tensor"] is False for entry in config[declared])
    assert config["input"][0]["data_type"] == "TYPE_FP32" and config["input"][0]["dims"] == [-1, 3]
    assert config["output"][0]["label_filename"] == "names.txt"
    assert config["version_policy"] == {"all": {}}
    assert config["instance_group"][0]["count"] == 1
    refused(404, lambda: client.get_model_config("absent"))


def check_infer(client):
    for binary_in in (True, False):
        for outputs in (None, [http.InferRequestedOutput("y", binary_data=True)],
                        [http.InferRequestedOutput("y", binary_data=False)]):
            for encodings in ((None, None), ("gzip", "gzip"), ("deflate", "deflate"), (None, "gzip"), ("deflate", None)):
                result = client.infer("affine", [tensor("x", X, "FP32", binary_in)], outputs=outputs, request_id="42",
                                      priority=1, timeout=1_000_000, parameters={"key": "value"},
                                      request_compression_algorithm=encodings[0],
                                      response_compression_algorithm=encodings[1])
                np.testing.assert_allclose(result.as_numpy("y"), X @ WEIGHTS + BIAS, rtol=1e-6)
                assert result.get_response()["id"] == "42" and result.get_response()["model_version"] == "2"
    assert client.infer("affine", [tensor("x", X, "FP32")], model_version="1").get_response()["model_version"] == "1"
    large = np.arange(300_000, dtype=np.float32)
    for encoding in (None, "gzip", "deflate"):
        result = client.infer("fp32", [tensor("x", large, "FP32")], request_compression_algorithm=encoding,
                              response_compression_algorithm=encoding)
        np.testing.assert_array_equal(result.as_numpy("z"), large)
    a, b = np.array([[5, 6]], np.int64), np.array([[1, -1]], np.int64)
    result = client.infer("add", [tensor("b", b, "INT64", False), tensor("a", a, "INT64")])
    assert result.as_numpy("sum").tolist() == [[6, 5]]
    pending = [client.async_infer("affine", [tensor("x", X * n, "FP32")]) for n in range(20)]
    for n, request in enumerate(pending):
        np.testing.assert_allclose(request.get_result().as_numpy("y"), X * n @ WEIGHTS + BIAS, rtol=1e-6)


def check_datatypes(client):
    for datatype, array in ARRAYS.items():
        assert np_to_triton_dtype(array.dtype) == datatype
        for binary_in in (True, False):
            for binary_out in (True, False):
                if datatype == "FP16" and not (binary_in and binary_out):
                    continue
                result = client.infer(datatype.lower(), [tensor("x", array, datatype, binary_in)],
                                      outputs=[http.InferRequestedOutput("y", binary_data=binary_out)])
                answer = result.as_numpy("y")
                if datatype == "BYTES":
                    answer = np.array([e.decode() if isinstance(e, bytes) else e for e in answer], np.object_)
                np.testing.assert_array_equal(answer, array, err_msg=f"{datatype} {binary_in} {binary_out}")
    halves = np.array([1.5, -2.0], ml_dtypes.bfloat16)
    answer = client.infer("bf16", [tensor("x", halves, "BF16")]).as_numpy("y")
    np.testing.assert_array_equal(answer.astype(np.float32), halves.astype(np.float32))
    refused(400, lambda: client.infer("fp16", [tensor("x", ARRAYS["FP16"], "FP16")],
                                      outputs=[http.InferRequestedOutput("y", binary_data=False)]), "binary_data")
    nan = np.array([np.nan, np.inf], np.float32)
    np.testing.assert_array_equal(client.infer("fp32", [tensor("x", nan, "FP32")]).as_numpy("y"), nan)
    refused(422, lambda: client.infer("fp32", [tensor("x", nan, "FP32")],
                                      outputs=[http.InferRequestedOutput("y", binary_data=False)]), "NaN")


def check_classification(client):
    for binary in (True, False):
        result = client.infer("affine", [tensor("x", X, "FP32")],
                              outputs=[http.InferRequestedOutput("y", binary_data=binary, class_count=1)])
        classes = [[e.decode() if isinstance(e, bytes) else e for e in row] for row in result.as_numpy("y")]
        assert classes == [["27.500000:1:dog"], ["2.700000:0:cat"]], classes
    refused(400, lambda: client.infer("bytes", [tensor("x", ARRAYS["BYTES"], "BYTES")],
                                      outputs=[http.InferRequestedOutput("y", class_count=1)]), "classification")


def check_errors(client):
    x = tensor("x", X, "FP32")
    refused(404, lambda: client.infer("absent", [x]))
    refused(404, lambda: client.infer("affine", [x], model_version="9"))
    refused(503, lambda: client.infer("broken", [x]))
    refused(500, lambda: client.infer("fails", [tensor("x", X[0], "FP32")]), "burnt down")
    refused(400, lambda: client.infer("affine", [tensor("x", X[:, :2].copy(), "FP32")]), "shape")
    refused(400, lambda: client.infer("affine", [tensor("x", X.astype(np.float64), "FP64")]), "FP64")
    refused(400, lambda: client.infer("affine", [tensor("q", X, "FP32")]), "missing")
    refused(400, lambda: client.infer("affine", [x], outputs=[http.InferRequestedOutput("q")]), "q")
    refused(400, lambda: client.infer("affine", [x], sequence_id=7), "sequence")
    shared = http.InferInput("x", [2, 3], "FP32")
    shared.set_shared_memory("region", 24)
    refused(400, lambda: client.infer("affine", [shared]), "shared memory")


def check_statistics(client, address):
    before = client.get_inference_statistics("affine", "2")["model_stats"][0]
    client.infer("affine", [tensor("x", X, "FP32")])
    after = client.get_inference_statistics("affine", "2")["model_stats"][0]
    assert (after["name"], after["version"]) == ("affine", "2")
    assert after["inference_count"] == before["inference_count"] + 1
    assert after["execution_count"] == before["execution_count"] + 1
    for key in ("success", "queue", "compute_input", "compute_infer", "compute_output"):
        assert after["inference_stats"][key]["count"] == before["inference_stats"][key]["count"] + 1
    for key in ("fail", "cache_hit", "cache_miss"):
        assert set(after["inference_stats"][key]) == {"count", "ns"}
    assert after["inference_stats"]["compute_infer"]["ns"] > before["inference_stats"]["compute_infer"]["ns"]
    names = {(entry["name"], entry["version"]) for entry in client.get_inference_statistics()["model_stats"]}
    assert {("affine", "1"), ("affine", "2"), ("add", "1")} <= names and ("broken", "1") not in names
    assert len(client.get_inference_statistics("affine")["model_stats"]) == 2
    refused(404, lambda: client.get_inference_statistics("absent"))
    with urllib.request.urlopen(f"http://{address}/metrics") as metrics:
        text = metrics.read().decode()
    count = after["inference_stats"]["success"]["count"]
    assert f'nv_inference_request_success{{model="affine",version="2"}} {count}\n' in text
    assert f'inference_compute_duration_seconds_count{{model="affine",version="2"}} {count}\n' in text


def check_settings(client):
    trace = client.update_trace_settings(settings={"trace_level": ["TIMESTAMPS"], "trace_rate": "7"})
    assert trace["trace_level"] == ["TIMESTAMPS"] and trace["trace_rate"] == "7"
    trace = client.update_trace_settings("affine", {"trace_rate": "1", "trace_count": "1"})
    assert trace["trace_rate"] == "1" and client.get_trace_settings()["trace_rate"] == "7"
    client.infer("affine", [tensor("x", X, "FP32")])
    assert client.get_trace_settings("affine")["trace_count"] == "0"
    assert client.update_trace_settings("affine", {"trace_rate": None})["trace_rate"] == "7"
    assert client.update_trace_settings(settings={"trace_level": None})["trace_level"] == ["OFF"]
    refused(400, lambda: client.update_trace_settings(settings={"trace_level": ["TENSORS"]}), "TENSORS")
    refused(404, lambda: client.get_trace_settings("absent"))
    assert client.update_log_settings({"log_verbose_level": 1})["log_verbose_level"] == 1
    assert client.get_log_settings()["log_verbose_level"] == 1
    refused(400, lambda: client.update_log_settings({"log_file": "/tmp/x"}), "log_file")


def check_repository(client):
    states = {entry["name"]: entry["state"] for entry in client.get_model_repository_index()}
    assert states["affine"] == "READY" and states["broken"] == "UNAVAILABLE"
    client.unload_model("spare")
    assert not client.is_model_ready("spare")
    refused(503, lambda: client.infer("spare", [tensor("x", X[0], "FP32")]), "unloaded")
    client.load_model("spare")
    assert client.is_model_ready("spare")
    client.unload_model("spare", unload_dependents=True)
    client.load_model("spare")
    refused(404, lambda: client.load_model("absent"))
    refused(404, lambda: client.unload_model("absent"))
    refused(500, lambda: client.load_model("broken"), "version 1")

    # A configuration in place of the repository's: the client's own, changed.
    config = client.get_model_config("spare")
    config["instance_group"][0]["count"] = 3
    client.load_model("spare", config=json.dumps(config))
    assert client.get_model_config("spare")["instance_group"][0]["count"] == 3
    client.load_model("spare")
    assert client.get_model_config("spare")["instance_group"][0]["count"] == 1
    refused(400, lambda: client.load_model("spare", config="{"), "config")

    # A model that exists only here.
    override = json.dumps({"backend": "test", "parameters": {"datatype": {"string_value": "INT8"}}})
    client.load_model("brought", config=override, files={"file:3/model.onnx": b"anything"})
    array = np.array([1, -1], np.int8)
    result = client.infer("brought", [tensor("x", array, "INT8")])
    assert result.as_numpy("y").tolist() == [1, -1] and result.get_response()["model_version"] == "3"
    client.unload_model("brought")
    refused(400, lambda: client.load_model("n", config=override, files={"file:../x": b""}), "file:VERSION/NAME")


def check_shared_memory(client):
    for call in (client.get_system_shared_memory_status, client.get_cuda_shared_memory_status,
                 lambda: client.get_system_shared_memory_status("r"), lambda: client.get_cuda_shared_memory_status("r"),
                 client.unregister_system_shared_memory, client.unregister_cuda_shared_memory,
                 lambda: client.unregister_system_shared_memory("r"), lambda: client.unregister_cuda_shared_memory("r"),
                 lambda: client.register_system_shared_memory("r", "/x", 64),
                 lambda: client.register_cuda_shared_memory("r", b"handle", 0, 64)):
        refused(501, call, "shared memory is not supported")


async def refused_aio(status, call):
    try:
        await call
    except InferenceServerException as error:
        assert error.status() == str(status), (status, error.status(), error.message())
        return
    raise AssertionError(f"expected status {status}")


async def check_aio(address):
    x = X[:1]
    async with aio.InferenceServerClient(address) as client:
        assert await client.is_server_live() and await client.is_server_ready()
        assert await client.is_model_ready("affine", "1") and not await client.is_model_ready("broken")
        assert (await client.get_server_metadata())["name"] == "quinion"
        assert (await client.get_model_metadata("affine"))["versions"] == ["1", "2"]
        assert (await client.get_model_config("affine"))["name"] == "affine"
        assert (await client.get_model_repository_index())[0]["name"]
        results = await asyncio.gather(*(client.infer("affine", [tensor("x", x * n, "FP32")]) for n in range(50)))
        for n, result in enumerate(results):
            np.testing.assert_allclose(result.as_numpy("y"), x * n @ WEIGHTS + BIAS, rtol=1e-6)
        for encoding in ("gzip", "deflate"):
            large = np.zeros(100_000, np.float32)
            result = await client.infer("fp32", [tensor("x", large, "FP32")], request_compression_algorithm=encoding,
                                        response_compression_algorithm=encoding)
            np.testing.assert_array_equal(result.as_numpy("y"), large)
        assert (await client.get_inference_statistics("affine", "2"))["model_stats"][0]["inference_count"] >= 50
        assert (await client.get_trace_settings())["trace_level"] == ["OFF"]
        assert (await client.update_trace_settings(settings={"trace_rate": "9"}))["trace_rate"] == "9"
        assert (await client.get_log_settings())["log_format"] == "default"
        assert (await client.update_log_settings({"log_verbose_level": 0}))["log_verbose_level"] == 0
        await client.unload_model("spare")
        await client.load_model("spare")
        await refused_aio(404, client.infer("absent", [tensor("x", x, "FP32")]))
        await refused_aio(503, client.infer("broken", [tensor("x", x, "FP32")]))
        await refused_aio(400, client.infer("affine", [tensor("q", x, "FP32")]))
        await refused_aio(501, client.get_system_shared_memory_status())


def check_closed(address):
    """A service that clients may not change says so."""
    with http.InferenceServerClient(address) as client:
        refused(503, lambda: client.load_model("affine"), "explicit model load / unload is not allowed")
        refused(503, lambda: client.unload_model("affine"), "explicit model load / unload is not allowed")
        refused(403, lambda: client.update_trace_settings(settings={}), "settings.remote")
        refused(403, lambda: client.update_log_settings({}), "settings.remote")
        assert client.get_log_settings()["log_format"] == "default"
        assert client.is_model_ready("affine")


def main():
    server, plugins = sys.argv[1:3]
    with serving(server, plugins, prepare, "--models-control", "explicit", "--models-load", "*", "--settings-remote",
                 "true") as (address, _):
        with http.InferenceServerClient(address, concurrency=8) as client:
            check_health_and_metadata(client)
            check_config(client)
            check_infer(client)
            check_datatypes(client)
            check_classification(client)
            check_errors(client)
            check_statistics(client, address)
            check_settings(client)
            check_repository(client)
            check_shared_memory(client)
        asyncio.run(check_aio(address))
    with serving(server, plugins, lambda repository: repository.onnx("affine")) as (address, _):
        check_closed(address)
    print("tritonclient: every expectation held")


if __name__ == "__main__":
    main()
