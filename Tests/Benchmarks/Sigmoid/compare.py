"""Starts the three servers, loads them in turns with wrk, and prints rates, latencies, memory and ratios; see ./run."""

import json
import math
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

import onnx
from onnx import TensorProto, helper
from peer_process import free_port, memory

HERE = pathlib.Path(__file__).resolve().parent
CONNECTIONS, SECONDS = 8, 4


def model(path):
    """y = sigmoid(x) over rows of 60 floats."""
    shape = ["rows", 60]
    graph = helper.make_graph(
        [helper.make_node("Sigmoid", ["x"], ["y"])], "sigmoid",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


class Side:
    def __init__(self, name, command, path, body, folder, environment={}):
        port = free_port()
        self.name, self.url, self.rates, self.tails, self.alone = name, f"http://127.0.0.1:{port}", [], [], []
        self.path, self.file = path, folder / f"{name}.json"
        self.file.write_text(json.dumps(body))
        self.log = folder / f"{name}.log"
        command = [part.replace("PORT", str(port)) for part in command]
        environment = {key: value.replace("PORT", str(port)) for key, value in environment.items()}
        self.process = subprocess.Popen(command, env=os.environ | environment, cwd=folder,
                                        stdout=self.log.open("w"), stderr=subprocess.STDOUT)
        self.wait()

    def wait(self):
        for _ in range(600):
            try:
                self.answer = self.ask()
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        raise SystemExit(f"{self.name} does not answer:\n" + self.log.read_text()[:3000])

    def ask(self):
        request = urllib.request.Request(self.url + self.path, self.file.read_bytes(), {"Content-Type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def load(self, seconds, connections=CONNECTIONS):
        """Requests a second, and p50 and p99 in milliseconds."""
        output = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "-s", HERE / "post.lua", self.url + self.path],
            env=os.environ | {"BODY": str(self.file)}, capture_output=True, text=True, check=True).stdout
        rate, middle, tail, failures = output.rsplit("figures ", 1)[1].split()
        if int(failures) > 0:
            raise SystemExit(f"{self.name} failed {failures} requests")
        return float(rate), float(middle), float(tail)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def check(name, values, expected):
    worst = max(abs(one - other) for one, other in zip(values, expected, strict=True))
    if worst > 1e-6:
        raise SystemExit(f"{name} is wrong by {worst}")


def main(server, plugins, rounds):
    numbers = [round(math.sin(index), 4) for index in range(60)]
    expected = [1 / (1 + math.exp(-number)) for number in numbers]
    tensor = {"inputs": [{"name": "x", "datatype": "FP32", "shape": [1, 60], "data": numbers}]}
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        repository = folder / "models" / "sigmoid"
        (repository / "1").mkdir(parents=True)
        model(repository / "1" / "model.onnx")
        (repository / "config.json").write_text('{"backend": "onnxruntime", "instances": 2, "parameters": {"threads": 1}}')
        python, environment = sys.executable, {"MODEL": str(repository / "1" / "model.onnx"), "PYTHONPATH": str(HERE)}
        (folder / "settings.json").write_text(json.dumps({"parallel_workers": 2, "debug": False}))
        (folder / "model-settings.json").write_text(
            '{"name": "sigmoid", "implementation": "mlserver_runtime.Sigmoid"}')
        sides = [
            Side("inference", [server, "--http-port", "PORT", "--models-path", str(folder / "models"), "--backends-path",
                               plugins, "--http-access-log=false", "--log-level", "warning"],
                 "/v2/models/sigmoid/infer", tensor, folder),
            Side("fastapi", [python, "-m", "uvicorn", "fastapi_server:app", "--port", "PORT", "--workers", "2",
                             "--no-access-log", "--log-level", "warning"], "/predict", {"x": [numbers]}, folder, environment),
            Side("mlserver", [str(pathlib.Path(python).parent / "mlserver"), "start", "."], "/v2/models/sigmoid/infer", tensor,
                 folder, environment | {"MLSERVER_HTTP_PORT": "PORT", "MLSERVER_GRPC_PORT": "0", "MLSERVER_METRICS_PORT": "0"}),
        ]
        try:
            check("inference", sides[0].answer["outputs"][0]["data"], expected)
            check("fastapi", sides[1].answer["y"][0], expected)
            check("mlserver", sides[2].answer["outputs"][0]["data"], expected)
            for side in sides:
                side.load(2)
            for _ in range(rounds):
                for side in sides:
                    rate, _, tail = side.load(SECONDS)
                    side.rates.append(rate)
                    side.tails.append(tail)
                    side.alone.append(side.load(1, connections=1)[1])
            print(f"{CONNECTIONS} connections      requests/s   p99 ms   memory MB   inference is   one client, p50 ms")
            for side in sides:
                ratio = statistics.median(own / peer for own, peer in zip(sides[0].rates, side.rates))
                print(f"{side.name:20} {statistics.median(side.rates):12.0f} {statistics.median(side.tails):8.2f}"
                      f" {memory(side.process.pid):11.0f}   {ratio:9.1f} x   {statistics.median(side.alone):15.2f}")
        finally:
            for side in sides:
                side.stop()


main(str(pathlib.Path(sys.argv[1]).resolve()), str(pathlib.Path(sys.argv[2]).resolve()), int(sys.argv[3]))
