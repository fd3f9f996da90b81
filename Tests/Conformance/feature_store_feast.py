#!/usr/bin/env python3
"""Runs the Python `feast` client, unchanged, against a feature store and against Feast's own SQLite store, and compares.

    python3 -m venv venv && venv/bin/pip install -r Tests/Conformance/feature_store_requirements.txt
    venv/bin/python Tests/Conformance/feature_store_feast.py [SERVER]

SERVER is the executable (default .build/debug/feature-store), which the script starts on a free port with an empty data
folder and stops at the end. Exits with 0 when every expectation held. The client's
registry is its own; the same views are declared to the service over REST. Tried with feast 0.66.0 on CPython 3.11.
"""
import datetime
import json
import os
import pathlib
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import warnings

os.environ["FEAST_USAGE"] = "False"
warnings.filterwarnings("ignore")

import pandas as pd
from feast import Entity, FeatureService, FeatureStore, FeatureView, Field, FileSource, PushSource, ValueType
from feast.data_source import PushMode
from feast.filter_models import ComparisonFilter, CompoundFilter
from feast.errors import FeatureViewNotFoundException
from feast.types import Array, Bool, Float32, Float64, Int32, Int64, String, UnixTimestamp

ROOT = pathlib.Path(__file__).resolve().parents[2]
UTC = datetime.timezone.utc
NOW = datetime.datetime.now(UTC).replace(microsecond=0)
passed = 0

DEFINITIONS = {
    "entities": [
        {"name": "driver", "join_keys": [{"name": "driver_id", "type": "int64"}]},
        {"name": "customer", "join_keys": [{"name": "customer_id", "type": "string"}]},
    ],
    "feature_views": [
        {"name": "driver_hourly_stats", "entities": ["driver"], "features": [
            {"name": "conv_rate", "type": "float32"}, {"name": "acc_rate", "type": "float32"},
            {"name": "avg_daily_trips", "type": "int64"}], "ttl": "1d", "expired": "value",
            "source": {"format": "csv", "path": "stats.csv", "created_timestamp_field": "created"}},
        {"name": "driver_types", "entities": ["driver"], "features": [
            {"name": "i32", "type": "int32"}, {"name": "i64", "type": "int64"}, {"name": "f64", "type": "float64"},
            {"name": "flag", "type": "bool"}, {"name": "text", "type": "string"}, {"name": "at", "type": "timestamp"},
            {"name": "ints", "type": "list<int64>"}, {"name": "texts", "type": "list<string>"},
            {"name": "vector", "type": "list<float32>"}]},
        {"name": "driver_customer", "entities": ["driver", "customer"], "features": [
            {"name": "visits", "type": "int64"}]},
    ],
    "feature_services": [
        {"name": "driver_activity", "features": ["driver_hourly_stats:conv_rate", "driver_hourly_stats:avg_daily_trips"]},
    ],
    "push_sources": [{"name": "driver_stats_push", "feature_views": ["driver_hourly_stats"]}],
}


def expect(condition, what):
    global passed
    if not condition:
        raise AssertionError(what)
    passed += 1


def call(url, body=None, method=None):
    """Answers status and body, whatever the status."""
    request = urllib.request.Request(
        url, data=None if body is None else json.dumps(body).encode(), method=method,
        headers={"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def start(executable, folder):
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    process = subprocess.Popen(
        [executable, "--http-port", str(port), "--data-path", str(folder / "data"), "--features-sources", str(folder),
         "--log-level", "warning", "--http-access-log=false"])
    url = f"http://127.0.0.1:{port}"
    for _ in range(300):
        try:
            if call(url + "/health/ready")[0] == 200:
                return process, url
        except OSError:
            pass
        if process.poll() is not None:
            break
        time.sleep(0.1)
    process.kill()
    raise SystemExit("the feature store does not become ready")


def stats(count=10):
    """Hours of statistics of five drivers, out of order, with a gap that is null."""
    rows = []
    for driver in range(1001, 1006):
        for hour in range(count):
            rows.append({
                "driver_id": driver, "event_timestamp": NOW - datetime.timedelta(hours=count - hour),
                "created": NOW, "conv_rate": (driver % 7) / 7 + hour / 100,
                "acc_rate": None if driver == 1003 else hour / 10, "avg_daily_trips": driver * 10 + hour})
    frame = pd.DataFrame(rows)
    return frame.sample(frac=1, random_state=7).astype({"conv_rate": "float32", "acc_rate": "float32"})


def repository(folder, online_store, source):
    folder.mkdir()
    (folder / "feature_store.yaml").write_text(
        "project: conformance\nregistry: registry.db\nprovider: local\nentity_key_serialization_version: 3\n"
        "offline_store: {type: file}\n" + online_store)
    store = FeatureStore(repo_path=str(folder))
    driver = Entity(name="driver", join_keys=["driver_id"], value_type=ValueType.INT64)
    customer = Entity(name="customer", join_keys=["customer_id"], value_type=ValueType.STRING)
    batch = FileSource(name="stats_file", path=str(source), timestamp_field="event_timestamp",
                       created_timestamp_column="created")
    other = FileSource(name="other_file", path=str(source), timestamp_field="event_timestamp")
    hourly = FeatureView(
        name="driver_hourly_stats", entities=[driver], ttl=datetime.timedelta(days=1),
        schema=[Field(name="conv_rate", dtype=Float32), Field(name="acc_rate", dtype=Float32),
                Field(name="avg_daily_trips", dtype=Int64), Field(name="driver_id", dtype=Int64)],
        source=PushSource(name="driver_stats_push", batch_source=batch))
    types = FeatureView(
        name="driver_types", entities=[driver],
        schema=[Field(name="driver_id", dtype=Int64), Field(name="i32", dtype=Int32), Field(name="i64", dtype=Int64),
                Field(name="f64", dtype=Float64), Field(name="flag", dtype=Bool), Field(name="text", dtype=String),
                Field(name="at", dtype=UnixTimestamp), Field(name="ints", dtype=Array(Int64)),
                Field(name="texts", dtype=Array(String)),
                Field(name="vector", dtype=Array(Float32), vector_index=True, vector_search_metric="L2")],
        source=other)
    pair = FeatureView(
        name="driver_customer", entities=[driver, customer],
        schema=[Field(name="driver_id", dtype=Int64), Field(name="customer_id", dtype=String),
                Field(name="visits", dtype=Int64)],
        source=other)
    activity = FeatureService(name="driver_activity", features=[hourly[["conv_rate", "avg_daily_trips"]]])
    store.apply([driver, customer, batch, other, hourly, types, pair, activity])
    return store


def same(stores, features, rows, what, **options):
    """Both stores answer alike, column by column."""
    remote, local = (store.get_online_features(features=features, entity_rows=rows, **options).to_dict()
                     for store in stores)
    expect(set(remote) == set(local), f"{what}: columns {sorted(remote)} and {sorted(local)}")
    for name in local:
        expect(remote[name] == local[name], f"{what}: {name} is {remote[name]}, Feast's store has {local[name]}")
    return remote


def check_client(stores):
    remote, _ = stores
    features = ["driver_hourly_stats:conv_rate", "driver_hourly_stats:acc_rate", "driver_hourly_stats:avg_daily_trips"]
    rows = [{"driver_id": driver} for driver in (1001, 1002, 1003)]
    same(stores, features, rows, "before anything was written")

    # With a remote store the client asks the server to materialize, which reads its own copy of the file.
    for store in stores:
        store.materialize(NOW - datetime.timedelta(hours=5), NOW - datetime.timedelta(hours=3), ["driver_hourly_stats"])
    found = same(stores, features, rows, "materialize")
    expect(found["avg_daily_trips"] == [10017, 10027, 10037], f"materialized {found}")
    for store in stores:
        store.materialize_incremental(NOW, ["driver_hourly_stats"])
    found = same(stores, features, rows, "materialize_incremental")
    expect(found["avg_daily_trips"] == [10019, 10029, 10039], f"materialized {found}")
    expect(found["acc_rate"][2] is None, "a null is a null")

    same(stores, features, rows + [{"driver_id": 1234}], "an entity that is not there")
    same(stores, features, [{"driver_id": 1002}, {"driver_id": 1001}, {"driver_id": 1002}], "an entity twice")
    same(stores, features, rows, "full names", full_feature_names=True)
    found = same(stores, remote.get_feature_service("driver_activity"), rows, "a feature service")
    expect(set(found) == {"driver_id", "conv_rate", "avg_daily_trips"}, f"service {sorted(found)}")

    pushed = pd.DataFrame({
        "driver_id": [1001, 1009], "event_timestamp": [NOW, NOW], "created": [NOW, NOW],
        "conv_rate": [0.25, 0.5], "acc_rate": [0.75, None], "avg_daily_trips": [7, 2**53 + 1]})
    for store in stores:
        store.push("driver_stats_push", pushed, to=PushMode.ONLINE)
    found = same(stores, features, [{"driver_id": 1001}, {"driver_id": 1009}], "push")
    expect(found["avg_daily_trips"] == [7, 2**53 + 1], f"pushed {found}")

    types = pd.DataFrame({
        "driver_id": [1, 2], "event_timestamp": [NOW, NOW], "i32": [-2**31, 2**31 - 1], "i64": [-2**63, 2**63 - 1],
        "f64": [0.1, 1e-300], "flag": [True, False], "text": ["Größe \"1\"\n\U0001F600", ""],
        "at": [NOW, NOW - datetime.timedelta(days=20000)], "ints": [[1, 2], [-2**63]],
        "texts": [["a", "b"], ["ü"]], "vector": [[0.5, -1.25], [3.0, 1e10]]})
    for store in stores:
        store.write_to_online_store("driver_types", df=types)
    same(stores, [f"driver_types:{name}" for name in ("i32", "i64", "f64", "flag", "text", "ints", "texts", "vector")],
         [{"driver_id": 1}, {"driver_id": 2}], "types")

    # Feast's SQLite store needs an extension for vectors; distances are checked by hand.
    for metric, query, options, ids in [
        ("L2", [0.5, -1.0], {}, [1, 2]), ("L2", [3.0, 1e10], {}, [2, 1]), ("L2", [0.5, -1.0], {"top_k": 1}, [1]),
        ("L2", [0.5, -1.0], {"filters": ComparisonFilter(type="eq", key="flag", value=False)}, [2]),
        ("L2", [0.5, -1.0], {"filters": CompoundFilter(type="or", filters=[
            ComparisonFilter(type="gt", key="i32", value=0), ComparisonFilter(type="in", key="i64", value=[-2**63])])}, [1, 2]),
    ]:
        found = remote.retrieve_online_documents_v2(
            features=["driver_types:vector", "driver_types:text"], query=query, distance_metric=metric,
            **{"top_k": 5, **options}).to_dict()
        expect(found["driver_id"] == ids, f"nearest to {query} {options}: {found}")
    expect(abs(remote.retrieve_online_documents_v2(
        features=["driver_types:vector"], query=[0.5, -1.0], top_k=1).to_dict()["distance"][0] - 0.25) < 1e-6, "distance")

    pairs = pd.DataFrame({
        "driver_id": [1, 11], "customer_id": ["12", "2"], "event_timestamp": [NOW, NOW], "visits": [112, 1102]})
    for store in stores:
        store.write_to_online_store("driver_customer", df=pairs)
    found = same(stores, ["driver_customer:visits"],
                 [{"driver_id": 1, "customer_id": "12"}, {"driver_id": 11, "customer_id": "2"},
                  {"driver_id": 1, "customer_id": "2"}], "composite keys")
    expect(found["visits"] == [112, 1102, None], f"composite keys {found}")

    # The same rows again change nothing, later corrections of the same event time do.
    for store in stores:
        store.push("driver_stats_push", pushed, to=PushMode.ONLINE)
    corrected = pushed.assign(avg_daily_trips=[8, 9], created=[NOW + datetime.timedelta(seconds=1)] * 2)
    for store in stores:
        store.push("driver_stats_push", corrected, to=PushMode.ONLINE)
    found = same(stores, features, [{"driver_id": 1001}, {"driver_id": 1009}], "a correction")
    expect(found["avg_daily_trips"] == [8, 9], f"corrected {found}")


def check_errors(remote, url):
    # The client knows a view that the service does not.
    driver = remote.get_entity("driver")
    source = remote.get_data_source("other_file")
    remote.apply([FeatureView(name="driver_hourly_stats1", entities=[driver], source=source,
                              schema=[Field(name="driver_id", dtype=Int64), Field(name="conv_rate", dtype=Float32)])])
    try:
        remote.get_online_features(features=["driver_hourly_stats1:conv_rate"], entity_rows=[{"driver_id": 1}])
        raise AssertionError("an unknown view was answered")
    except FeatureViewNotFoundException as error:
        expect("Feature view driver_hourly_stats1 does not exist" in str(error), f"unknown view: {error}")

    feature = "driver_hourly_stats:conv_rate"
    for path, body, status, field in [
        ("/get-online-features", {"features": ["driver_hourly_stats1:conv_rate"], "entities": {"driver_id": [1]}}, 404, "does not exist"),
        ("/get-online-features", {"feature_service": "none", "entities": {"driver_id": [1]}}, 404, "does not exist"),
        ("/get-online-features", {"features": [feature], "entities": {}}, 422, "driver_id"),
        ("/get-online-features", {"features": [feature], "entities": {"driver_id": [None]}}, 422, "driver_id"),
        ("/get-online-features", {"features": [feature], "entities": {"driver_id": ["x"]}}, 422, "driver_id"),
        ("/get-online-features", {"features": [feature], "entities": {"driver_id": [1], "x": []}}, 422, "x"),
        ("/get-online-features", {"features": [feature]}, 422, "entities"),
        ("/get-online-features", {"features": ["driver_hourly_stats:none"], "entities": {"driver_id": [1]}}, 422, "none"),
        ("/push", {"push_source_name": "none", "df": {}}, 422, "push source"),
        ("/push", {"push_source_name": "driver_stats_push", "df": {"driver_id": [1]}}, 422, "event_timestamp"),
        ("/push", {"push_source_name": "driver_stats_push", "df": {}, "to": "nowhere"}, 422, "to"),
        ("/write-to-online-store", {"feature_view_name": "none", "df": {}}, 404, "does not exist"),
        ("/write-to-online-store", {"feature_view_name": "driver_hourly_stats", "df": {
            "driver_id": [1], "event_timestamp": ["yesterday"], "conv_rate": [1]}}, 422, "event_timestamp"),
    ]:
        answer = call(url + path, body)
        expect(answer[0] == status, f"{path} {body}: {answer}")
        expect(field in str(json.loads(answer[1])), f"{path} {body}: {answer}")


def check_wire(url):
    status, text = call(url + "/get-online-features", {
        "features": ["driver_hourly_stats:avg_daily_trips", "driver_hourly_stats:acc_rate"],
        "entities": {"driver_id": [1001, 4, 1009]}})
    answer = json.loads(text)
    expect(status == 200, text)
    expect(answer["metadata"] == {"feature_names": ["driver_id", "avg_daily_trips", "acc_rate"]}, text)
    expect([r["statuses"] for r in answer["results"]] == [
        ["PRESENT"] * 3, ["PRESENT", "NOT_FOUND", "PRESENT"], ["PRESENT", "NOT_FOUND", "NULL_VALUE"]], text)
    expect(answer["results"][1]["event_timestamps"] == [
        NOW.strftime("%Y-%m-%dT%H:%M:%SZ"), "1970-01-01T00:00:00Z", NOW.strftime("%Y-%m-%dT%H:%M:%SZ")], text)
    # Without rows: empty columns.
    status, text = call(url + "/get-online-features", {"features": ["driver_types:i64"], "entities": {"driver_id": []}})
    expect(status == 200 and json.loads(text)["results"] == [
        {"values": [], "statuses": [], "event_timestamps": []}] * 2, text)
    # The forms of df that pandas takes: a list, a single value for every row, an object by index.
    for name, values in (("driver_id", {"0": 21, "1": 22}), ("driver_id", [21, 22])):
        status, text = call(url + "/push", {"push_source_name": "driver_stats_push", "df": {
            name: values, "event_timestamp": "2022-05-13 10:59:42+00:00", "avg_daily_trips": 5}})
        expect(status == 200 and text == "", (status, text))
    status, text = call(url + "/get-online-features", {
        "features": ["driver_hourly_stats:avg_daily_trips", "driver_hourly_stats:conv_rate"],
        "entities": {"driver_id": [22]}})
    expect([r["values"] for r in json.loads(text)["results"]] == [[22], [5], [None]], text)
    expect(call(url + "/health") == (200, ""), "health")
    metrics = call(url + "/metrics")[1]
    for name in ("feast_feature_server_request_total", "feast_feature_server_request_latency_seconds_bucket",
                 "feast_online_features_request_total", "feast_push_request_total"):
        expect(name in metrics, f"no metric {name}")


def main():
    server = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / ".build/debug/feature-store")
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        process, url = start(server, folder)
        try:
            status, text = call(url + "/v1/features/apply", {"definitions": DEFINITIONS})
            expect(status == 200, text)
            stats().to_parquet(folder / "stats.parquet")
            stats().to_csv(folder / "stats.csv", index=False)
            stores = (
                repository(folder / "remote", f"online_store: {{type: remote, path: '{url}'}}\n", folder / "stats.parquet"),
                repository(folder / "sqlite", "online_store: {type: sqlite, path: online.db}\n", folder / "stats.parquet"),
            )
            check_client(stores)
            check_wire(url)
            check_errors(stores[0], url)
        finally:
            process.terminate()
            process.wait(30)
    print(f"{passed} passed, 0 failed")


if __name__ == "__main__":
    main()
