"""Online reads of the feast-benchmarks shape: the feature store beside `feast serve` on one machine, in turns; see ./run.

25 views of 10 int64 features each, 10,000 entities, both stores SQLite. Both are asked through Feast's own route with the
same bodies, and answer the same values, which is checked first.
"""

import argparse
import concurrent.futures
import datetime
import http.client
import json
import os
import pathlib
import random
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
import warnings

os.environ["FEAST_USAGE"] = "False"
warnings.filterwarnings("ignore")

import numpy
import pandas
from feast import Entity, FeatureStore, FeatureView, Field, FileSource, ValueType
from feast.types import Int64
from peer_process import free_port, memory, settle

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("server", nargs="?", default=".build/release/feature-store")
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--seconds", type=int, default=5, help="of one load")
parser.add_argument("--entities", type=int, default=10_000)
parser.add_argument("--connections", type=int, default=4)
parser.add_argument("--postgres", help="a connection string: a third side keeps its features there")
parser.add_argument("--json", help="a file for the figures")
options = parser.parse_args()
options.server = str(pathlib.Path(options.server).resolve())

HERE = pathlib.Path(__file__).resolve().parent
VIEWS, FEATURES = 25, 10
NOW = datetime.datetime.now(datetime.timezone.utc).replace(microsecond=0)
SHAPES = {"1 x 50": (1, 50), "100 x 50": (100, 50), "100 x 250": (100, 250)}


def frame(view):
    """The rows of one view: 10 int64 columns."""
    generator = numpy.random.default_rng(view)
    columns = {f"f{index}": generator.integers(0, 100_000, options.entities) for index in range(FEATURES)}
    return pandas.DataFrame({"entity": numpy.arange(options.entities), "event_timestamp": NOW, **columns})


def call(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        return json.load(answer)


class Side:
    """A server that was started, and its figures per shape."""

    def __init__(self, name, command, folder, port, health):
        self.name, self.url = name, f"http://127.0.0.1:{port}"
        self.figures = {shape: [] for shape in SHAPES}
        self.log = folder / f"{name}.log"
        self.process = subprocess.Popen(command, cwd=folder, stdout=self.log.open("w"), stderr=subprocess.STDOUT)
        for _ in range(600):
            try:
                urllib.request.urlopen(self.url + health, timeout=5).close()
                return
            except OSError:
                if self.process.poll() is not None:
                    break
                time.sleep(0.1)
        raise SystemExit(f"{name} does not become ready:\n" + self.log.read_text()[-2000:])

    def load(self, bodies, connections, seconds):
        """Requests per second, p50 and p99 in ms, failures; closed loop."""
        output = subprocess.run(
            ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "30s", "-s", HERE / "post.lua", self.url],
            env=os.environ | {"BODIES": str(bodies), "POST_PATH": "/get-online-features"},
            capture_output=True, text=True, check=True).stdout
        settle(self.process.pid)
        return tuple(map(float, output.rsplit("figures ", 1)[1].split()))

    def pace(self, bodies, rate, seconds):
        """p50 and p99 in ms from the moment at which a request was due, and the share of answers; open loop."""
        lines = bodies.read_text().splitlines()
        begin, times = time.monotonic() + 0.1, []

        def send(index):
            due = begin + index / rate
            time.sleep(max(0, due - time.monotonic()))
            try:
                connection = http.client.HTTPConnection(*self.url[7:].split(":"), timeout=5)
                connection.request("POST", "/get-online-features", lines[index % len(lines)], {"Content-Type": "application/json"})
                answer = connection.getresponse()
                answer.read()
                connection.close()
                if answer.status == 200:
                    times.append((time.monotonic() - due) * 1e3)
            except OSError:
                pass

        with concurrent.futures.ThreadPoolExecutor(64) as pool:
            list(pool.map(send, range(rate * seconds)))
        settle(self.process.pid, seconds=300)
        times.sort()
        share = len(times) / (rate * seconds)
        return (times[len(times) // 2], times[int(len(times) * 0.99)], share) if times else (0, 0, 0)

    def stop(self):
        self.process.terminate()
        self.process.wait()


def start_feast(folder, frames):
    repository = folder / "feast"
    repository.mkdir()
    (repository / "feature_store.yaml").write_text(
        "project: bench\nregistry: registry.db\nprovider: local\nentity_key_serialization_version: 3\n"
        "online_store: {type: sqlite, path: online.db}\noffline_store: {type: file}\n")
    store = FeatureStore(repo_path=str(repository))
    entity = Entity(name="entity", join_keys=["entity"], value_type=ValueType.INT64)
    source = FileSource(name="file", path=str(repository / "none.parquet"), timestamp_field="event_timestamp")
    frames[0].to_parquet(repository / "none.parquet")
    views = [FeatureView(name=f"view{view}", entities=[entity], ttl=datetime.timedelta(0), source=source,
                         schema=[Field(name=f"view{view}_{column}", dtype=Int64) for column in frames[view].columns[2:]])
             for view in range(VIEWS)]
    store.apply([entity, *views])
    began = time.monotonic()
    for view, rows in enumerate(frames):
        store.write_to_online_store(f"view{view}", df=rows.rename(columns=lambda name: f"view{view}_{name}" if name[0] == "f" else name))
    seconds = time.monotonic() - began
    print(f"feast wrote {VIEWS * options.entities / seconds:.0f} rows/s; "
          f"{(repository / 'online.db').stat().st_size / (VIEWS * FEATURES * options.entities):.0f} bytes per value", flush=True)
    port = free_port()
    feast = [sys.executable, "-c", "from feast.cli.cli import cli; cli()"]
    return Side("feast", [*feast, "-c", str(repository), "serve", "-h", "127.0.0.1", "-p", str(port), "--workers", "2",
                          "--no-access-log"], folder, port, "/health")


def start_store(name, folder, frames, flags):
    data, port = folder / f"{name}-data", free_port()
    side = Side(name, [options.server, "--http-port", str(port), "--data-path", str(data), "--http-access-log=false",
                       "--log-level", "warning", *flags], folder, port, "/health/ready")
    call(side.url + "/v1/features/apply", {"definitions": {
        "entities": [{"name": "entity", "join_keys": [{"name": "entity", "type": "int64"}]}],
        "feature_views": [{"name": f"view{view}", "entities": ["entity"], "features": [
            {"name": f"view{view}_f{index}", "type": "int64"} for index in range(FEATURES)]} for view in range(VIEWS)]}})
    began = time.monotonic()
    for view, rows in enumerate(frames):
        columns = {f"view{view}_{name}": rows[name].tolist() for name in rows.columns[2:]}
        for start in range(0, options.entities, 2000):
            part = range(start, min(start + 2000, options.entities))
            call(side.url + "/v1/features/rows", {"view": f"view{view}", "rows": [
                {"entity": {"entity": row}, "event_time": NOW.isoformat().replace("+00:00", "Z"),
                 "values": {column: values[row] for column, values in columns.items()}} for row in part]})
    seconds = time.monotonic() - began
    size = sum(file.stat().st_size for file in data.rglob("*") if file.is_file())
    print(f"{name} wrote {VIEWS * options.entities / seconds:.0f} rows/s over HTTP JSON; "
          f"{size / (VIEWS * FEATURES * options.entities):.0f} bytes per value on disk", flush=True)
    return side


def write_bodies(folder, rows, features, count=200):
    generator = random.Random(rows * 1000 + features)
    names = [f"view{index // FEATURES}:view{index // FEATURES}_f{index % FEATURES}" for index in range(features)]
    path = folder / f"{rows}x{features}"
    path.write_text("\n".join(json.dumps({"features": names, "entities": {
        "entity": [generator.randrange(options.entities) for _ in range(rows)]}}) for _ in range(count)) + "\n")
    return path


def cells(answer):
    """Values per feature's name, whatever the order of columns."""
    return dict(zip(answer["metadata"]["feature_names"], [column["values"] for column in answer["results"]]))


def main():
    result = {}
    with tempfile.TemporaryDirectory() as name:
        folder, frames = pathlib.Path(name), [frame(view) for view in range(VIEWS)]
        sides = [start_store("feature-store", folder, frames, []), start_feast(folder, frames)]
        if options.postgres:
            sides.append(start_store("postgresql", folder, frames, ["--features-postgres", options.postgres]))
        try:
            bodies = {shape: write_bodies(folder, *size) for shape, size in SHAPES.items()}
            for path in bodies.values():
                body = json.loads(path.read_text().splitlines()[0])
                answers = [cells(call(side.url + "/get-online-features", body)) for side in sides]
                if any(answer != answers[0] for answer in answers):
                    raise SystemExit("the sides answer different values")
            for shape, path in bodies.items():
                for _ in range(options.rounds):
                    for side in sides:
                        side.figures[shape].append(side.load(path, options.connections, options.seconds))
            print(f"\n{'rows x features':16} {'':14} requests/s   p50 ms   p99 ms   failed   ratio of rates")
            for shape in SHAPES:
                peer = [values[0] for values in sides[1].figures[shape]]
                for side in sides:
                    rates, middles, tails, failed = zip(*side.figures[shape])
                    ratio = statistics.median(own / max(other, 1 / options.seconds) for own, other in zip(rates, peer))
                    print(f"{shape:16} {side.name:14} {statistics.median(rates):10.1f} {statistics.median(middles):8.2f}"
                          f" {statistics.median(tails):8.2f} {sum(failed):8.0f}   {ratio:10.1f}", flush=True)
                    result[f"{side.name} {shape}"] = {"rate": statistics.median(rates), "p99_ms": statistics.median(tails), "ratio": ratio}
            print("\n100 x 250 at 50 requests a second, open loop")
            for side in sides:
                middle, tail, share = side.pace(bodies["100 x 250"], 50, options.seconds)
                print(f"  {side.name:14} p50 {middle:.1f} ms, p99 {tail:.1f} ms, {share:.0%} answered within 5 s", flush=True)
                result[f"{side.name} 50 rps"] = {"p50_ms": middle, "p99_ms": tail, "answered": share}
            for side in sides:
                print(f"  {side.name:14} {memory(side.process.pid):.0f} MB")
        finally:
            for side in sides:
                side.stop()
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(result, indent=2))


main()
