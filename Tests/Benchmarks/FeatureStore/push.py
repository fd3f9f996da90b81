"""Durable pushes of one row of 10 columns each: every answer follows an fsync, shared by those who wait; see ./run.

The floor beside it: how often this disk can append 4 kB and fsync, one after another.
"""

import argparse
import json
import os
import pathlib
import subprocess
import tempfile
import time
import urllib.request

from peer_process import free_port

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("server", nargs="?", default=".build/release/feature-store")
parser.add_argument("--seconds", type=int, default=10)
parser.add_argument("--connections", type=int, nargs="+", default=[1, 16, 128])
parser.add_argument("--postgres", help="a connection string: features go there")
options = parser.parse_args()
HERE = pathlib.Path(__file__).resolve().parent


def call(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def syncs(folder, seconds=2):
    file, count, begin = os.open(folder / "floor", os.O_CREAT | os.O_WRONLY), 0, time.monotonic()
    while time.monotonic() - begin < seconds:
        os.write(file, bytes(4096))
        os.fsync(file)
        count += 1
    os.close(file)
    return count / (time.monotonic() - begin)


with tempfile.TemporaryDirectory() as name:
    folder = pathlib.Path(name)
    print(f"append and fsync, one after another: {syncs(folder):.0f} a second")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    process = subprocess.Popen(
        [str(pathlib.Path(options.server).resolve()), "--http-port", str(port), "--data-path", str(folder / "data"),
         "--http-access-log=false", "--log-level", "warning",
         *(["--features-postgres", options.postgres] if options.postgres else [])])
    try:
        for _ in range(300):
            try:
                urllib.request.urlopen(url + "/health/ready", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        call(url + "/v1/features/apply", {"definitions": {
            "entities": [{"name": "entity", "join_keys": [{"name": "entity", "type": "int64"}]}],
            "feature_views": [{"name": "rows", "entities": ["entity"],
                               "features": [{"name": f"f{index}", "type": "int64"} for index in range(10)]}],
            "push_sources": [{"name": "rows_push", "feature_views": ["rows"]}]}})
        for connections in options.connections:
            output = subprocess.run(["wrk", "-t1", f"-c{connections}", f"-d{options.seconds}s", "-s", HERE / "push.lua", url],
                                    capture_output=True, text=True, check=True).stdout
            rate, middle, tail, failed, _ = output.rsplit("figures ", 1)[1].split()
            print(f"{connections:4} connections: {float(rate):8.0f} rows/s, p50 {middle} ms, p99 {tail} ms, {failed} failed", flush=True)
    finally:
        process.terminate()
        process.wait()
