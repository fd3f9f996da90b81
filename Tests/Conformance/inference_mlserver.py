#!/usr/bin/env python3
"""Runs MLServer's command `mlserver infer`, unchanged, against a running inference service.

    Tests/Conformance/run            or, with the packages of requirements.txt:
    python Tests/Conformance/inference_mlserver.py SERVER PLUGINS
"""
import json
import pathlib
import subprocess
import sys
import tempfile

from served import serving


def request(number):
    return {"id": f"r{number}",
            "inputs": [{"name": "x", "shape": [1, 3], "datatype": "FP32", "data": [number, number + 1, number + 2]}]}


def affine(number):
    """x · [[1, 2], [3, 4], [5, 6]] + [0.5, -0.5] for x = [n, n + 1, n + 2]."""
    return [9 * number + 13.5, 12 * number + 15.5]


def run(address, lines, *flags):
    with tempfile.TemporaryDirectory() as folder:
        given, answered = pathlib.Path(folder) / "in.jsonl", pathlib.Path(folder) / "out.jsonl"
        given.write_text("".join(line + "\n" for line in lines))
        command = pathlib.Path(sys.executable).parent / "mlserver"
        subprocess.run([command, "infer", "-u", address, "-m", "affine", "-i", given, "-o", answered, "-w", "4", *flags],
                       check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=120)
        answers = [json.loads(line) for line in answered.read_text().splitlines()]
        return sorted(answers, key=lambda answer: answer["parameters"]["batch_index"])


def main():
    server, plugins = sys.argv[1:3]
    with serving(server, plugins, lambda repository: repository.onnx("affine")) as (address, _):
        lines = [json.dumps(request(number)) for number in range(40)]
        for flags in ([], ["--binary-data"], ["--batch-size", "8"], ["--batch-size", "8", "--binary-data"],
                      ["-H", "X-Request-ID: mine"]):
            answers = run(address, lines, *flags)
            assert len(answers) == 40, (flags, len(answers))
            for number, answer in enumerate(answers):
                assert answer["model_name"] == "affine" and answer["parameters"]["batch_index"] == number, answer
                assert answer["outputs"][0]["name"] == "y" and answer["outputs"][0]["shape"] == [1, 2], answer
                assert answer["outputs"][0]["data"] == affine(number), (flags, number, answer)
        # A request that the model refuses costs only itself, and says why.
        wrong = json.dumps({"inputs": [{"name": "q", "shape": [1, 3], "datatype": "FP32", "data": [1, 2, 3]}]})
        answers = run(address, [lines[0], wrong, lines[1]], "-r", "1")
        assert answers[0]["outputs"][0]["data"] == affine(0) and answers[2]["outputs"][0]["data"] == affine(1)
        assert "missing: 'x'" in answers[1]["error"]["msg"], answers[1]
    print("mlserver infer: every expectation held")


if __name__ == "__main__":
    main()
