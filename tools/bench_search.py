"""`make bench-search`: search over a crowd of generated listings on the Firestore emulator.

Whole requests through the stack's gateway and the marketplace function; beside it what Firestore can do by itself: one
word in an array of tokens, with order and limit, and a count for each value of each facet.
"""

import argparse
import gc
import itertools
import os
import statistics
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode

import httpx
import psutil
from google.cloud import firestore
from google.cloud.firestore_v1.base_query import FieldFilter

from candlewick.cli.sign_in import sign_up
from candlewick.gcp.documents import to_document
from candlewick.gcp.transactions import run_transaction
from candlewick.marketplace.models import ListingId
from candlewick.marketplace.search.firestore import FirestoreFound, FirestoreShards, shard_of
from candlewick.marketplace.search.index import Index
from candlewick.marketplace.search.live import LiveIndex
from candlewick.marketplace.search.query import Query
from candlewick.marketplace.search.rows import Facet, Row, is_found, pack, row_of
from candlewick.marketplace.search.words import CONCEPT
from tests.marketplace.crowd import Pair, crowd

_PATH = "/api/v1/marketplace/search"
_PASSWORD = "bench-bench"  # noqa: S105 (of the Auth emulator)
_PLAIN_NAME = (
    f"plainListings{os.getpid()}"  # of this run alone: the emulator may keep its documents
)
_PLAIN = 1_000  # more of them take the emulator minutes a query
_BATCH, _PARALLEL = 200, 8
_PAUSE_S = 0.03  # the flood gate lets so many through
_KINDS: Mapping[str, Sequence[Mapping[str, object]]] = {
    "everything, by rank": ({}, {"order": "newest"}, {"order": "most-used"}),
    "one word": ({"q": "supertrend"}, {"q": "rsi"}, {"q": "breakout"}),
    "three words": ({"q": "bollinger mean reversion"}, {"q": "trend follower btc"}, {"q": "simple dip buyer"}),
    "a beginning": ({"q": "tren"}, {"q": "mo"}, {"q": "golden cr"}),
    "a synonym": ({"q": "moving average"}, {"q": "dollar cost averaging"}, {"q": "relative strength index"}),
    "a typing error": ({"q": "supertrand"}, {"q": "bolinger"}, {"q": "ichimouk"}),
    "a pair and a timeframe": ({"q": "BTC/USDT 5m"}, {"q": "ethusdt 1 hour"}, {"q": "sol 4h"}),
    "filters": ({"timeframe": ["5m", "15m"], "market": "spot"}, {"style": "breakout", "grade": ["A", "B"], "price": "free"}),
    "words and filters": ({"q": "momentum", "market": "futures", "direction": "both"}, {"q": "dip", "timeframe": "5m", "access": "open"}),
    "nothing found": ({"q": "ichimoku engulfing grid"}, {"q": "qwertzuiop"}),
}  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--listings", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=30)
    given = parser.parse_args()
    client = firestore.Client(project=os.environ["GOOGLE_CLOUD_PROJECT"])
    _say(f"{given.listings:,} listings, {given.rounds} rounds a kind, {os.cpu_count()} cores.\n")
    pairs = list(crowd(given.listings))
    _seed(client, pairs)
    _measure_instance(client, pairs)
    _measure_requests(given.rounds)
    _measure_publication(client, pairs)
    _measure_plain(client, pairs[:_PLAIN], given.rounds)
    return 0


def _seed(client: firestore.Client, pairs: Sequence[Pair]) -> None:
    began = time.perf_counter()
    documents: list[tuple[str, Mapping[str, object]]] = []
    shards: dict[int, dict[str, bytes]] = {}
    for listing, version in pairs:
        documents.append((f"listings/{listing.id}", to_document(listing)))
        documents.append((f"listings/{listing.id}/versions/1", to_document(version)))
        if is_found(listing, version):
            packed = pack(row_of(listing, version))
            shards.setdefault(shard_of(listing.id), {})[listing.id] = packed
    _write(client, documents)
    now = datetime.now(UTC)
    _write(client, [(f"searchShards/{number}", {"changedAt": now, "rows": rows}) for number, rows in shards.items()])  # fmt: skip
    sizes = [sum(map(len, rows.values())) for rows in shards.values()]
    rows = sum(map(len, shards.values()))
    _say(
        f"Seeded in {time.perf_counter() - began:.0f} s: {rows:,} rows that strangers find, {sum(sizes) / rows:.0f} bytes each, "
        f"{len(shards)} shards of {statistics.mean(sizes) / 1_000:.1f} kB, the largest {max(sizes) / 1_000:.1f} kB.\n"
    )


def _write(client: firestore.Client, documents: Iterable[tuple[str, Mapping[str, object]]]) -> None:
    def commit(chunk: Sequence[tuple[str, Mapping[str, object]]]) -> None:
        batch = client.batch()
        for path, document in chunk:
            batch.set(client.document(path), dict(document))
        batch.commit()

    with ThreadPoolExecutor(_PARALLEL) as pool:
        list(pool.map(commit, _chunks(documents, _BATCH)))


def _chunks(items: Iterable[tuple[str, Mapping[str, object]]], size: int) -> Iterator[Sequence[tuple[str, Mapping[str, object]]]]:  # fmt: skip
    rest = iter(items)
    while chunk := list(itertools.islice(rest, size)):
        yield chunk


def _measure_instance(client: firestore.Client, pairs: Sequence[Pair]) -> None:
    """Measure what an instance needs before its first answer: for these listings, and for ten times as many."""
    found = FirestoreFound(client)
    live = LiveIndex(shards=FirestoreShards(client), suspensions=found, now=lambda: datetime.now(UTC))  # fmt: skip
    before, began = _memory(), time.perf_counter()
    with live.current() as (index, _):
        index.search(Query())
        took, listings = time.perf_counter() - began, len(index)
        rows = [row_of(*pair) for pair in pairs if is_found(*pair)]
        _say("| | rows | time | memory |", "| --- | --- | --- | --- |")
        _say(f"| cold: read all shards and index them | {listings:,} | {took:.2f} s | {_memory() - before:.0f} MB |")  # fmt: skip
    packed = [(ListingId(f"{row.id}x{copy}"), pack(replace(row, id=ListingId(f"{row.id}x{copy}")))) for row in rows for copy in range(10)]  # fmt: skip
    before, began, large = _memory(), time.perf_counter(), Index()
    for listing, data in packed:
        large.put(listing, data)
    large.search(Query(text="trend"))
    _say(f"| ten times as many, indexed only | {len(large):,} | {time.perf_counter() - began:.2f} s | {_memory() - before:.0f} MB |")  # fmt: skip
    took = statistics.median(_took(lambda: large.search(Query(text="trend follower", filters={Facet.MARKET: frozenset({"spot"})}))) for _ in range(20))  # fmt: skip
    _say(f"| … one search of these, in the index | {len(large):,} | {took:.1f} ms | |\n")


def _measure_requests(rounds: int) -> None:
    url = os.environ["CANDLEWICK_API_URL"]
    email = f"bench-{os.getpid()}-{int(time.time())}@candlewick.example"
    headers = {"Authorization": f"Bearer {sign_up(url, email, _PASSWORD, os.environ)}"}
    api = httpx.Client(base_url=url, headers=headers, timeout=60)
    first = _took(lambda: _ask(api, _PATH))
    _say("| whole request | hits | median | 95th percentile | max |", "| --- | --- | --- | --- | --- |")  # fmt: skip
    _say(f"| the instance's first | | {first:.0f} ms | | |")
    everything: list[float] = []
    for kind, queries in _KINDS.items():
        paths = [f"{_PATH}?{urlencode(query, doseq=True)}" for query in queries]
        hits = [_ask(api, path) for path in paths]
        took = []
        for path in itertools.islice(itertools.cycle(paths), rounds):
            time.sleep(_PAUSE_S)
            took.append(_took(lambda path=path: _ask(api, path)))  # type: ignore[misc]
        everything += took
        _say(_row(kind, "/".join(f"{number:,}" for number in hits), took))
    _say(_row("**all**", "", everything), "")


def _ask(api: httpx.Client, path: str) -> int:
    """Search, and return how many were found."""
    answer = api.get(path)
    answer.raise_for_status()
    return int(answer.json()["total"])


def _measure_publication(client: firestore.Client, pairs: Sequence[Pair]) -> None:
    """Publish, then search in another instance: that is the one of this process."""
    shards = FirestoreShards(client)
    live = LiveIndex(shards=shards, suspensions=FirestoreFound(client), now=lambda: datetime.now(UTC))  # fmt: skip
    with live.current():
        pass
    listing, version = next(pair for pair in pairs if is_found(*pair))
    writes, reads, missed = [], [], 0
    for number in range(20):
        title = f"Zugzwang {number:02d}"
        changed = replace(listing, terms=replace(listing.terms, title=title))
        writes.append(_took(lambda to=changed: run_transaction(client, lambda t: shards.write(t, to, version), lane="bench")))  # type: ignore[misc]  # fmt: skip
        began = time.perf_counter()
        with live.current() as (index, _):
            missed += index.search(Query(text=f"zugzwang {number:02d}")).total != 1
        reads.append(1_000 * (time.perf_counter() - began))
    _say("| publication | | median | 95th percentile | max |", "| --- | --- | --- | --- | --- |")
    _say(_row("the row's transaction", "", writes))
    _say(_row("the next search, in another instance", f"{missed} missed", reads), "")


def _measure_plain(client: firestore.Client, pairs: Sequence[Pair], rounds: int) -> None:
    """Measure Firestore by itself: `array-contains` takes one word a query, and each count is a query."""
    documents = [_plain(row_of(*pair)) for pair in pairs if is_found(*pair)]
    _write(client, documents)
    collection = client.collection(_PLAIN_NAME)
    values = {facet: _known(documents, facet) for facet in (Facet.TIMEFRAME, Facet.MARKET, Facet.STYLE, Facet.GRADE, Facet.PRICE, Facet.ACCESS, Facet.DIRECTION)}  # fmt: skip
    _say(f"| Firestore's plain way, {len(documents):,} listings | | median | 95th percentile | max |", "| --- | --- | --- | --- | --- |")  # fmt: skip
    rounds = max(3, rounds // 10)
    for word in ("supertrend", "tren"):
        query = collection.where(filter=FieldFilter("tokens", "array_contains", word))
        page = query.order_by("rank", direction=firestore.Query.DESCENDING).limit(20)
        counts = [query.where(filter=FieldFilter(f"facets.{facet.value}", "==", value)).count() for facet, known in values.items() for value in known]  # fmt: skip
        pages = [_took(lambda of=page: list(of.stream())) for _ in range(rounds)]  # type: ignore[misc]
        _say(_row(f"{word}: the page", "", pages))
        _say(_row(f"{word}: {len(counts)} counts, eight at once", "", [_took(lambda of=counts: _at_once(of)) for _ in range(rounds)]))  # type: ignore[misc]  # fmt: skip


def _at_once(counts: Sequence[object]) -> None:
    with ThreadPoolExecutor(_PARALLEL) as pool:
        list(pool.map(lambda count: count.get(), counts))


def _plain(row: Row) -> tuple[str, Mapping[str, object]]:
    words = {word for found in row.words.values() for word in found if not word.startswith(CONCEPT)}
    tokens = sorted({word[:length] for word in words for length in range(2, len(word) + 1)})
    facets = {facet.value: found[0] for facet, found in row.values.items()}
    return f"{_PLAIN_NAME}/{row.id}", {"tokens": tokens, "facets": facets, "rank": row.rank}


def _known(documents: Iterable[tuple[str, Mapping[str, object]]], facet: Facet) -> Sequence[str]:
    return sorted({document["facets"][facet.value] for _, document in documents if facet.value in document["facets"]})  # type: ignore[index,operator]  # fmt: skip


def _took(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return 1_000 * (time.perf_counter() - began)


def _row(what: str, note: str, took: Sequence[float]) -> str:
    late = statistics.quantiles(took, n=20)[-1]
    return f"| {what} | {note} | {statistics.median(took):.0f} ms | {late:.0f} ms | {max(took):.0f} ms |"


def _memory() -> float:
    gc.collect()
    return float(psutil.Process().memory_info().rss) / 1_024 / 1_024


def _say(*lines: str) -> None:
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
