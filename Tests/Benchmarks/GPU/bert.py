"""BERT-base with random weights: the libtorch plugin with a .pt2 package beside torch.compile, in one run; see ./run.

Each side embeds the same batch: token ids from the processor's memory to the device, the encoder, the mean over the
tokens, the vectors back to the processor. The sides take turns; a ratio is the median over the rounds.
"""

import argparse
import http.client
import json
import os
import socket
import statistics
import subprocess
import threading
import time

import torch
from peer_process import free_port
from transformers import BertConfig, BertModel

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--throughput", required=True, help="the program of throughput.c")
parser.add_argument("--plugin", required=True, help="libquinion_libtorch.so")
parser.add_argument("--server", help="an inference executable: measured too, through HTTP")
parser.add_argument("--work", required=True, help="a folder for packages and inputs")
parser.add_argument("--json", help="a file for the figures")
parser.add_argument("--device", default="cuda")
parser.add_argument("--dtype", default="bfloat16", choices=["bfloat16", "float16", "float32"])
parser.add_argument("--batch", type=int, default=64)
parser.add_argument("--length", type=int, default=128)
parser.add_argument("--layers", type=int, default=12)
parser.add_argument("--rounds", type=int, default=7)
parser.add_argument("--seconds", type=float, default=2.0)
options = parser.parse_args()
device, dtype = torch.device(options.device), getattr(torch, options.dtype)
shape = (options.batch, options.length)


class SentenceEncoder(torch.nn.Module):
    """Token ids and mask to the mean of the last hidden states, [batch, 768] float32."""

    def __init__(self):
        super().__init__()
        self.bert = BertModel(BertConfig(num_hidden_layers=options.layers), add_pooling_layer=False)

    def forward(self, input_ids, attention_mask):
        hidden = self.bert(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        weights = attention_mask.unsqueeze(-1).to(hidden.dtype)
        return ((hidden * weights).sum(1) / weights.sum(1)).float()


class Plugin:
    """The plugin in a process of its own, behind throughput.c."""

    def __init__(self, package, instances):
        inputs = [f"{name}={shape[0]},{shape[1]}:i64:{options.work}/{name}" for name in ("input_ids", "attention_mask")]
        settings = [f"{key}:={value}" for key, value in parameters().items()]
        self.process = subprocess.Popen(
            [options.throughput, options.plugin, package, str(instances), *inputs, *settings],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, order):
        self.process.stdin.write(order + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if not answer:
            raise SystemExit(f"throughput ended with {self.process.wait()}")
        return answer

    def run(self, seconds):
        executions, taken, _ = map(float, self.ask(f"run {seconds}"))
        return executions * shape[0] / taken

    def output(self):
        self.ask(f"output {options.work}/output")
        return torch.frombuffer(bytearray(open(f"{options.work}/output", "rb").read()), dtype=torch.float32)

    def close(self):
        self.process.stdin.close()
        self.process.wait()


class Server:
    """The inference service over HTTP, tensors in their binary form, four connections."""

    def __init__(self, package, body):
        repository = f"{options.work}/repository"
        os.makedirs(f"{repository}/bert/1", exist_ok=True)
        if not os.path.exists(f"{repository}/bert/1/model.pt2"):
            os.link(package, f"{repository}/bert/1/model.pt2")
        with open(f"{repository}/bert/config.json", "w") as file:
            json.dump({"backend": "libtorch", "file": "model.pt2", "instances": 2, "parameters": parameters()}, file)
        self.port = free_port()
        self.process = subprocess.Popen(
            [options.server, "--http-port", str(self.port), "--models-path", repository,
             "--backends-plugins", json.dumps({"libtorch": options.plugin})],
            stdout=open(f"{options.work}/server.log", "w"), stderr=subprocess.STDOUT)
        head = json.dumps({
            "inputs": [{"name": name, "datatype": "INT64", "shape": list(shape),
                        "parameters": {"binary_data_size": len(body) // 2}} for name in ("input_ids", "attention_mask")],
            "parameters": {"binary_data_output": True}}).encode()
        self.headers = {"Inference-Header-Content-Length": str(len(head)), "Content-Type": "application/octet-stream"}
        self.body = head + body
        for _ in range(600):
            try:
                if self.send(self.connect(), "GET", "/v2/models/bert/ready")[0] == 200:
                    return
            except OSError:
                pass
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        raise SystemExit("the server did not get ready:\n" + open(f"{options.work}/server.log").read()[-3000:])

    def connect(self):
        connection = http.client.HTTPConnection("127.0.0.1", self.port)
        connection.connect()
        connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def send(self, connection, method, path, body=None, headers={}):
        connection.request(method, path, body, headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.getheader("Inference-Header-Content-Length")

    def infer(self, connection):
        status, body, length = self.send(connection, "POST", "/v2/models/bert/infer", self.body, self.headers)
        if status != 200:
            raise SystemExit(f"the server answered {status}: {body[:500]}")
        return body[int(length):]

    def run(self, seconds):
        deadline, counts = time.monotonic() + seconds, [0] * 4

        def client(index):
            connection = self.connect()
            while time.monotonic() < deadline:
                self.infer(connection)
                counts[index] += 1

        threads = [threading.Thread(target=client, args=(index,)) for index in range(4)]
        begin = time.monotonic()
        [thread.start() for thread in threads]
        [thread.join() for thread in threads]
        return sum(counts) * shape[0] / (time.monotonic() - begin)

    def output(self):
        return torch.frombuffer(bytearray(self.infer(self.connect())), dtype=torch.float32)

    def close(self):
        self.process.terminate()
        self.process.wait()


def parameters():
    return {"device": options.device, "outputs": "sentence_embedding FP32 -1,-1",
            "inputs": f"input_ids INT64 {shape[0]},{shape[1]}; attention_mask INT64 {shape[0]},{shape[1]}"}


def synchronize():
    if device.type == "cuda":
        torch.cuda.synchronize()


def matrix_peak(side=8192, products=10):
    """Operations per second of `side`-sized products of random numbers."""
    side = side if device.type == "cuda" else 1024
    one, other = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
    for _ in range(3):
        one @ other
    synchronize()
    begin = time.monotonic()
    for _ in range(products):
        one @ other
    synchronize()
    return products * 2 * side**3 / (time.monotonic() - begin)


def measure(step, seconds):
    """Sentences per second of calling `step`."""
    begin, executions = time.monotonic(), 0
    while (taken := time.monotonic() - begin) < seconds:
        step()
        executions += 1
    return executions * shape[0] / taken


@torch.inference_mode()
def compare(model, compiled, package, ids, mask):
    def whole(function):
        return lambda: function(ids.to(device), mask.to(device)).cpu()

    began = time.monotonic()
    expected = whole(compiled)()
    print(f"torch.compile compiled in {time.monotonic() - began:.0f} s", flush=True)
    on_device = ids.to(device), mask.to(device)

    def device_only():
        for _ in range(4):
            compiled(*on_device)
        synchronize()

    plugins = {instances: Plugin(package, instances) for instances in (1, 2)}
    served = {f"plugin, {instances} instance{'s' * (instances > 1)}": side for instances, side in plugins.items()}
    if options.server:
        served["server over HTTP, 2 instances"] = Server(package, ids.numpy().tobytes() + mask.numpy().tobytes())
    sides = {"torch.compile": lambda seconds: measure(whole(compiled), seconds),
             "torch.compile, no copies": lambda seconds: 4 * measure(device_only, seconds),
             "eager": lambda seconds: measure(whole(model), seconds)}
    sides |= {name: side.run for name, side in served.items()}
    figures = {name: [] for name in sides}
    for run in sides.values():
        run(1)
    for name, side in served.items():
        difference = (side.output().reshape(expected.shape) - expected).abs().max().item()
        cosine = torch.cosine_similarity(side.output().reshape(expected.shape), expected).min().item()
        print(f"{name}: largest difference from torch.compile {difference:.4f}, least cosine {cosine:.6f}", flush=True)
    for _ in range(options.rounds):
        for name, run in sides.items():
            figures[name].append(run(options.seconds))
    for side in served.values():
        side.close()
    return figures


def main():
    torch.manual_seed(7)
    name = torch.cuda.get_device_name() if device.type == "cuda" else "processor"
    print(f"PyTorch {torch.__version__} on {name}; {options.batch} x {options.length} tokens, {options.dtype}", flush=True)
    peak = matrix_peak()
    model = SentenceEncoder().eval().to(device, dtype)
    ids, mask = torch.randint(1000, 30000, shape), torch.ones(shape, dtype=torch.int64)
    for path, tensor in (("input_ids", ids), ("attention_mask", mask)):
        with open(f"{options.work}/{path}", "wb") as file:
            file.write(tensor.numpy().tobytes())
    package, began = f"{options.work}/bert.pt2", time.monotonic()
    with torch.no_grad():
        exported = torch.export.export(model, (ids.to(device), mask.to(device)))
        torch._inductor.aoti_compile_and_package(exported, package_path=package)
    print(f"{os.path.getsize(package) / 1e6:.0f} MB of bert.pt2 made in {time.monotonic() - began:.0f} s", flush=True)
    figures = compare(model, torch.compile(model, dynamic=False), package, ids, mask)
    # Multiply-adds of the encoder's matrix products: projections and feed-forward (12 h^2), attention (2 l h).
    width = 768
    operations = 2 * options.layers * (12 * width**2 + 2 * options.length * width) * options.length
    result = {"device": name, "torch": torch.__version__, "dtype": options.dtype, "matrix_peak_tflops": peak / 1e12, "sides": {}}
    print(f"matrix products: {peak / 1e12:.0f} TFLOP/s\n\n{'':32}sentences/s   of torch.compile   of the matrix peak")
    for side, values in figures.items():
        ratio = statistics.median(value / peer for value, peer in zip(values, figures["torch.compile"]))
        rate = statistics.median(values)
        share = rate * operations / peak
        print(f"{side:32}{rate:11.0f}   {ratio:16.3f}   {share:18.2f}")
        result["sides"][side] = {"sentences_per_second": rate, "of_torch_compile": ratio, "of_matrix_peak": share}
    if options.json:
        with open(options.json, "w") as file:
            json.dump(result, file, indent=2)


main()
