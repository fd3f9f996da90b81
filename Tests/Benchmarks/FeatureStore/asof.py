"""Point-in-time join and bulk ingest: the embedded feature store beside DuckDB's ASOF join, on one machine; see ./run.

History rows of 10 columns come from a CSV file (`/materialize`); requests are CSV lines of entity and time. Both sides do the
same work: read the history's CSV into a table of their own file, then for each round read the requests' CSV, join, and write
a CSV of requests and features; ours over HTTP, with the client's time in it, DuckDB's in its own process with 2 threads. The
answers are compared cell by cell.

Then, with the history of that size behind them, online reads of 100 entities x 10 columns from 8 connections and durable pushes of
one row from 128, by wrk, so that what grows with the history shows.

With `--feast N` also Feast's file store (`get_historical_features`), at a size that it finishes: N requests and N history
rows, which it reads from Parquet, as is its way.
"""

import argparse
import datetime
import json
import os
import pathlib
import random
import statistics
import subprocess
import tempfile
import threading
import time
import urllib.request

import duckdb
from peer_process import free_port

parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("server", nargs="?", default=".build/release/feature-store")
parser.add_argument("--history", type=int, nargs="+", default=[10_000, 1_000_000, 5_000_000], help="rows of the history")
parser.add_argument("--requests", type=int, default=1_000_000)
parser.add_argument("--growth", action="store_true", help="the curve: 10^4, 10^6 and 10^7 rows of history")
parser.add_argument("--feast", type=int, default=0, metavar="N", help="rows for Feast's file store; 0 leaves it out")
parser.add_argument("--rounds", type=int, default=3)
parser.add_argument("--json", help="a file for the figures")
options = parser.parse_args()
if options.growth:
    options.history = [10_000, 1_000_000, 10_000_000]
SERVER = str(pathlib.Path(options.server).resolve())
HERE = pathlib.Path(__file__).resolve().parent
COLUMNS = [f"f{index}" for index in range(10)]
BEGIN = int(datetime.datetime(2025, 1, 1, tzinfo=datetime.timezone.utc).timestamp())
SPAN = 90 * 86_400


def write_tables(folder, history, requests):
    """history.csv: entity, time, 5 whole numbers and 5 floats, in order of time; requests.csv: entity and time, in none."""
    database, entities = duckdb.connect(), max(1, history // 100)
    database.execute("SET threads = 2; SELECT setseed(0.25)")
    values = ", ".join([f"floor(random() * 100000)::BIGINT f{index}" for index in range(5)] +
                       [f"round(random() * 1000, 3) f{index}" for index in range(5, 10)])
    stamp = f"strftime(make_timestamp(({BEGIN} + floor(random() * {SPAN})::BIGINT) * 1000000), '%Y-%m-%dT%H:%M:%SZ') event_timestamp"
    for name, rows, columns in (("history", history, f"{stamp}, {values}"), ("requests", requests, stamp)):
        order = "ORDER BY event_timestamp" if name == "history" else ""
        database.execute(f"COPY (SELECT floor(random() * {entities})::BIGINT entity, {columns} FROM range({rows}) {order}) "
                         f"TO '{folder}/{name}.csv' (HEADER)")


class Store:
    def __init__(self, folder):
        port = free_port()
        self.url, self.peak, self.data = f"http://127.0.0.1:{port}", 0, folder / "data"
        self.process = subprocess.Popen(
            [SERVER, "--http-port", str(port), "--data-path", str(self.data), "--features-sources", str(folder),
             "--http-access-log=false", "--log-level", "warning", "--features-dataset-rows", "100000000",
             "--features-dataset-body", "4294967296", "--http-request-timeout", "3600s", "--http-max-request-timeout", "3600s"])
        for _ in range(300):
            try:
                urllib.request.urlopen(self.url + "/health/ready", timeout=5).close()
                break
            except OSError:
                time.sleep(0.1)
        threading.Thread(target=self.watch, daemon=True).start()

    def watch(self):
        """The largest resident set, in MB."""
        while self.process.poll() is None:
            try:
                for line in pathlib.Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
                    if line.startswith("VmRSS:"):
                        self.peak = max(self.peak, int(line.split()[1]) / 1024)
            except OSError:
                return
            time.sleep(0.05)

    def post(self, path, body, kind="application/json", into=None):
        request = urllib.request.Request(self.url + path, body, {"Content-Type": kind})
        with urllib.request.urlopen(request, timeout=3600) as answer:
            if into is None:
                return answer.read()
            with open(into, "wb") as file:
                while part := answer.read(1 << 20):
                    file.write(part)

    def ingest(self):
        self.post("/v1/features/apply", json.dumps({"definitions": {
            "entities": [{"name": "entity", "join_keys": [{"name": "entity", "type": "int64"}]}],
            "feature_views": [{"name": "history", "entities": ["entity"], "features": [
                {"name": name, "type": "int64" if index < 5 else "float64"} for index, name in enumerate(COLUMNS)],
                "source": {"format": "csv", "path": "history.csv"}}],
            "push_sources": [{"name": "rows_push", "feature_views": ["history"]}]}}).encode())
        began = time.monotonic()
        self.post("/materialize", json.dumps({
            "start_ts": "2024-01-01T00:00:00Z", "end_ts": "2026-01-01T00:00:00Z", "feature_views": ["history"]}).encode())
        return time.monotonic() - began

    def join(self, folder):
        body, began = (folder / "requests.csv").read_bytes(), time.monotonic()
        self.post("/v1/datasets?features=history", body, "text/csv", folder / "ours.csv")
        return time.monotonic() - began

    def load(self, folder, history):
        """Rates and 99th percentiles, in milliseconds, of online reads and of pushes."""
        choice = random.Random(7)
        with open(folder / "reads", "w") as file:
            for _ in range(100):
                entities = [choice.randrange(max(1, history // 100)) for _ in range(100)]
                file.write(json.dumps({"features": [f"history:{name}" for name in COLUMNS], "entities": {"entity": entities}}) + "\n")
        figures = []
        for script, connections in (("post.lua", 8), ("push.lua", 128)):
            output = subprocess.run(
                ["wrk", "-t1", f"-c{connections}", "-d4s", "-s", HERE / script, self.url], capture_output=True, text=True, check=True,
                env=os.environ | {"BODIES": str(folder / "reads"), "POST_PATH": "/get-online-features"}).stdout
            rate, _, tail, failed = output.rsplit("figures ", 1)[1].split()[:4]
            if int(failed) > 0:
                raise SystemExit(f"{failed} requests of {script} failed")
            figures += [float(rate), float(tail)]
        return figures

    def stop(self):
        self.process.terminate()
        self.process.wait()


class Duck:
    def __init__(self, folder):
        self.database, self.folder = duckdb.connect(str(folder / "duck.db")), folder
        self.database.execute("SET threads = 2")

    def ingest(self):
        began = time.monotonic()
        self.database.execute(f"CREATE TABLE history AS SELECT * FROM read_csv('{self.folder}/history.csv'); CHECKPOINT")
        return time.monotonic() - began

    def join(self, folder):
        began = time.monotonic()
        self.database.execute(
            f"COPY (SELECT r.*, {', '.join('h.' + name for name in COLUMNS)} FROM read_csv('{folder}/requests.csv') r "
            f"ASOF LEFT JOIN history h ON r.entity = h.entity AND r.event_timestamp >= h.event_timestamp) TO '{folder}/duck.csv' (HEADER)")
        return time.monotonic() - began


def feast_seconds(folder):
    """What Feast's file store takes for the join of the folder's tables."""
    import pandas
    from feast import Entity, FeatureStore, FeatureView, Field, FileSource, ValueType
    from feast.types import Float64, Int64
    repository = folder / "feast"
    repository.mkdir()
    (repository / "feature_store.yaml").write_text(
        f"project: p\nprovider: local\nregistry: {repository}/registry.db\nentity_key_serialization_version: 3\n"
        f"online_store: {{type: sqlite, path: {repository}/online.db}}\noffline_store: {{type: file}}\n")
    duckdb.connect().execute(f"COPY (FROM read_csv('{folder}/history.csv')) TO '{repository}/history.parquet'")
    entity = Entity(name="entity", join_keys=["entity"], value_type=ValueType.INT64)
    store = FeatureStore(str(repository))
    store.apply([entity, FeatureView(
        name="history", entities=[entity], ttl=datetime.timedelta(0),
        schema=[Field(name=name, dtype=Int64 if index < 5 else Float64) for index, name in enumerate(COLUMNS)],
        source=FileSource(path=f"{repository}/history.parquet", timestamp_field="event_timestamp"))])
    began = time.monotonic()
    requests = pandas.read_csv(folder / "requests.csv", parse_dates=["event_timestamp"])
    store.get_historical_features(requests, [f"history:{name}" for name in COLUMNS]).to_df().to_csv(
        folder / "feast.csv", index=False)
    return time.monotonic() - began


def compare_feast():
    rows = options.feast
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        write_tables(folder, rows, rows)
        store = Store(folder)
        try:
            store.ingest()
            ours = statistics.median(store.join(folder) for _ in range(options.rounds))
        finally:
            store.stop()
        theirs = feast_seconds(folder)
    print(f"{rows} requests x {rows} rows: {ours:.3f} s, Feast's file store {theirs:.1f} s, {theirs / ours:.0f} times as long")
    return {"requests": rows, "history": rows, "join_seconds": ours, "feast_seconds": theirs}


def check(folder):
    """Both answers hold the same rows as often, ties at one time aside: those may be decided otherwise."""
    database = duckdb.connect()
    columns = ", ".join(["entity", "event_timestamp", *COLUMNS])
    for name in ("ours", "duck"):
        database.execute(f"CREATE TABLE {name} AS SELECT {columns} FROM read_csv('{folder}/{name}.csv')")
    rows, = database.execute("SELECT count(*) FROM ours").fetchone()
    differing, = database.execute(
        f"SELECT count(*) FROM (FROM ours EXCEPT ALL FROM duck) d WHERE NOT EXISTS (SELECT 1 FROM read_csv('{folder}/history.csv') h "
        "WHERE h.entity = d.entity AND h.event_timestamp <= d.event_timestamp GROUP BY h.event_timestamp HAVING count(*) > 1)").fetchone()
    if rows != options.requests or differing > 0:
        raise SystemExit(f"{rows} rows, of which {differing} differ from DuckDB's")


def main():
    result = {}
    print(f"{options.requests} requests x 10 columns\n{'history':>10}   ingest rows/s   of DuckDB   join s   DuckDB s   ratio"
          "   bytes/value   largest RSS MB   reads/s   p99 ms   pushes/s   p99 ms")
    for history in options.history:
        with tempfile.TemporaryDirectory() as name:
            folder = pathlib.Path(name)
            write_tables(folder, history, options.requests)
            store, duck = Store(folder), Duck(folder)
            try:
                ingest, peer = store.ingest(), duck.ingest()
                store.peak, ours, theirs = 0, [], []
                for _ in range(options.rounds):
                    ours.append(store.join(folder))
                    theirs.append(duck.join(folder))
                check(folder)
                ratio = statistics.median(one / other for one, other in zip(ours, theirs))
                size = sum(file.stat().st_size for file in store.data.rglob("*") if file.is_file()) / history / 10
                peak = store.peak
                reads, read_tail, pushes, push_tail = store.load(folder, history)
                print(f"{history:10} {history / ingest:15.0f} {peer / ingest:11.3f} {statistics.median(ours):8.2f}"
                      f" {statistics.median(theirs):10.2f} {ratio:7.2f} {size:13.1f} {peak:16.0f}"
                      f" {reads:9.0f} {read_tail:8.1f} {pushes:10.0f} {push_tail:8.1f}", flush=True)
                result[history] = {"ingest_rows_per_second": history / ingest, "join_seconds": statistics.median(ours),
                                   "of_duckdb": ratio, "bytes_per_value": size, "rss_mb": peak, "reads_per_second": reads,
                                   "reads_p99_ms": read_tail, "pushes_per_second": pushes, "pushes_p99_ms": push_tail}
            finally:
                store.stop()
    if options.feast:
        result["feast"] = compare_feast()
    if options.json:
        pathlib.Path(options.json).write_text(json.dumps(result, indent=2))


main()
