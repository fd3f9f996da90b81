"""Starts the inference service over a folder of models, for the conformance scripts."""
import contextlib
import json
import os
import pathlib
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "Tests/InferenceTests/Fixtures"
ABI = ROOT / "Services/Inference/Sources/BackendABI/include"


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


class Repository:
    """A folder of models of the fixtures."""

    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def onnx(self, name, versions=(1,), **config):
        for version in versions:
            target = self.folder / name / str(version)
            target.mkdir(parents=True, exist_ok=True)
            shutil.copy(FIXTURES / f"{name}.onnx", target / "model.onnx")
        self.config(name, backend="openvino", **config)

    def echo(self, name, datatype, versions=(1,), **config):
        """Answers its input x [-1] as outputs y and z."""
        for version in versions:
            target = self.folder / name / str(version)
            target.mkdir(parents=True, exist_ok=True)
            (target / "model.onnx").write_text("")
        parameters = {"datatype": datatype, **config.pop("parameters", {})}
        self.config(name, backend="test", parameters=parameters, **config)

    def config(self, name, **config):
        (self.folder / name).mkdir(parents=True, exist_ok=True)
        (self.folder / name / "config.json").write_text(json.dumps(config))

    def write(self, path, text):
        (self.folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / path).write_text(text)


@contextlib.contextmanager
def serving(server, plugins, prepare, *flags):
    """Yields the address of a service that has tried every model, and the repository."""
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryDirectory() as scratch:
        repository = Repository(folder)
        prepare(repository)
        engines = pathlib.Path(scratch) / "plugins"
        engines.mkdir()
        for plugin in pathlib.Path(plugins).resolve().glob("libquinion_*.so"):
            os.symlink(plugin, engines / plugin.name)
        subprocess.run(["cc", "-std=c11", "-O1", "-fPIC", "-shared", "-fvisibility=hidden", f"-I{ABI}",
                        FIXTURES / "test_backend.c", "-o", engines / "libquinion_test.so", "-lpthread"], check=True)
        port = free_port()
        process = subprocess.Popen([server, "--models-path", folder, "--backends-path", engines, "--http-port", str(port),
                                    "--models-upload-path", scratch, "--log-level", "critical", *flags])
        try:
            for _ in range(300):
                if process.poll() is not None:
                    raise SystemExit(f"{server} ended with {process.returncode}")
                try:
                    urllib.request.urlopen(f"http://127.0.0.1:{port}/v2/health/ready", timeout=5).close()
                    break
                except (urllib.error.URLError, OSError):
                    time.sleep(0.1)
            yield f"127.0.0.1:{port}", repository
        finally:
            process.terminate()
            process.wait(30)
