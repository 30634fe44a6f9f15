"""A load has its name once: what Google's client makes of an API that knows the name already."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from candlewick.errors import Unavailable
from candlewick.gcp.warehouse import BigQueryTables
from emulators.bigquery.tables import client

BAD = {"reason": "invalid", "message": "Bad rows."}


class Api:
    """BigQuery's jobs: each name is taken once, and ends as it is told to."""

    def __init__(self, ends: dict[str, dict[str, str] | None]) -> None:
        self.ends = ends  # by name: why it failed, None when it did not
        self.jobs: dict[str, dict[str, Any]] = {}

    def insert(self, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        name = body["jobReference"]["jobId"]
        if name in self.jobs:
            return 409, {"error": {"code": 409, "message": f"Already Exists: Job {name}"}}
        error = self.ends.get(name)
        status = {"state": "DONE"} | ({} if error is None else {"errorResult": error})
        self.jobs[name] = body | {"status": status}
        return 200, self.jobs[name]


@pytest.fixture
def api() -> Api:
    return Api({})


@pytest.fixture
def url(api: Api) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self._answer(*api.insert(body))

        def do_GET(self) -> None:
            name = self.path.partition("?")[0].rpartition("/")[2]
            self._answer(200, api.jobs[name])

        def log_message(self, *_: Any) -> None:
            """Keep quiet."""

        def _answer(self, status: int, body: dict[str, Any]) -> None:
            data = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def tables(url: str) -> Iterator[BigQueryTables]:
    with client("demo", url) as found:
        yield BigQueryTables(found, "demo.market", "candles")


def test_a_load_that_went_through_is_not_repeated(api: Api, tables: BigQueryTables) -> None:
    for _ in range(2):
        tables.load("candles", ["one.parquet"], name="candles-one")

    assert list(api.jobs) == ["candles-one-0"]
    load = api.jobs["candles-one-0"]["configuration"]["load"]
    assert load["sourceUris"] == ["gs://candles/one.parquet"]
    assert (load["writeDisposition"], load["sourceFormat"]) == ("WRITE_APPEND", "PARQUET")


def test_a_load_that_failed_is_tried_under_another_name(api: Api, tables: BigQueryTables) -> None:
    api.ends["series-one-0"] = BAD

    tables.load("series", ["one.jsonl"], name="series-one")

    assert list(api.jobs) == ["series-one-0", "series-one-1"]


def test_a_load_that_keeps_failing_says_why(api: Api, tables: BigQueryTables) -> None:
    api.ends |= {f"series-one-{attempt}": BAD for attempt in range(5)}

    with pytest.raises(Unavailable, match=r"did not load series: .*Bad rows"):
        tables.load("series", ["one.jsonl"], name="series-one")
