"""The drill finds every difference, of content and of type, and measures what it does."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from google.cloud.firestore_v1.types import Document, Value
from google.protobuf.struct_pb2 import NULL_VALUE
from google.protobuf.timestamp_pb2 import Timestamp
from google.type.latlng_pb2 import LatLng
from hypothesis import given
from hypothesis import strategies as st

from candlewick.admin.drill.digest import UnknownType, digest
from candlewick.admin.drill.index import Index, Side, open_index
from candlewick.admin.drill.models import Difference, Method, Problem, Protection, Report
from candlewick.admin.drill.service import Drill, Told
from candlewick.errors import Conflict
from tests.fakes import START
from tests.operators import OPERATOR

DB = "projects/p/databases/(default)"
OTHER = "projects/p/databases/copy"


def hashed(database: str = DB, **fields: Any) -> bytes:
    """Return the digest of a document with these values."""
    return digest(Document.pb(Document(fields=fields)).fields, database)


def reference(path: str, database: str = DB) -> Value:
    return Value(reference_value=f"{database}/documents/{path}")


def map_of(**fields: Value) -> Value:
    return Value(map_value={"fields": fields})


def list_of(*values: Value) -> Value:
    return Value(array_value={"values": values})


NOW = Timestamp(seconds=1_767_614_400, nanos=1)
# Close to each other, and yet each something else.
DIFFERENT = {
    "null": Value(null_value=NULL_VALUE),
    "false": Value(boolean_value=False),
    "true": Value(boolean_value=True),
    "integer": Value(integer_value=1),
    "zero": Value(integer_value=0),
    "double": Value(double_value=1.0),
    "minus zero": Value(double_value=-0.0),
    "double zero": Value(double_value=0.0),
    "not a number": Value(double_value=float("nan")),
    "text": Value(string_value="1"),
    "no text": Value(string_value=""),
    "bytes": Value(bytes_value=b"1"),
    "time": Value(timestamp_value=NOW),
    "a nanosecond later": Value(timestamp_value=Timestamp(seconds=NOW.seconds, nanos=2)),
    "time as text": Value(string_value="2026-01-05T12:00:00.000000001Z"),
    "point": Value(geo_point_value=LatLng(latitude=1, longitude=0)),
    "another point": Value(geo_point_value=LatLng(latitude=0, longitude=1)),
    "reference": reference("users/u1"),
    "reference as text": Value(string_value=f"{DB}/documents/users/u1"),
    "reference elsewhere": reference("users/u1", "projects/q/databases/(default)"),
    "list": list_of(Value(integer_value=1)),
    "list of a list": list_of(list_of(Value(integer_value=1))),
    "empty list": list_of(),
    "map": map_of(a=Value(integer_value=1)),
    "empty map": map_of(),
    "list in order": list_of(Value(integer_value=1), Value(integer_value=2)),
    "list in another order": list_of(Value(integer_value=2), Value(integer_value=1)),
    "split text": list_of(Value(string_value="ab"), Value(string_value="c")),
    "otherwise split text": list_of(Value(string_value="a"), Value(string_value="bc")),
    "nested": map_of(a=map_of(b=Value(string_value="x"))),
    "flat": map_of(**{"a.b": Value(string_value="x")}),
}


def test_values_of_another_type_or_content_have_another_hash() -> None:
    hashes = {name: hashed(v=value) for name, value in DIFFERENT.items()}

    assert len(set(hashes.values())) == len(DIFFERENT)


def test_a_missing_field_is_no_null() -> None:
    assert hashed() != hashed(v=DIFFERENT["null"])


def test_the_order_of_fields_is_nothing() -> None:
    one = {"a": Value(integer_value=1), "b": Value(integer_value=2), "ä": Value(integer_value=3)}

    assert hashed(**one) == hashed(**dict(reversed(one.items())))


def test_a_reference_into_the_copy_counts_as_one_into_the_original() -> None:
    original = hashed(DB, v=list_of(map_of(r=reference("users/u1"))))

    assert hashed(OTHER, v=list_of(map_of(r=reference("users/u1", OTHER)))) == original
    assert hashed(OTHER, v=list_of(map_of(r=reference("users/u1", DB)))) != original


def test_a_type_that_nobody_knows_stops_the_drill() -> None:
    with pytest.raises(UnknownType):
        hashed(v=Value())


json_values = st.recursive(
    st.one_of(
        st.booleans().map(lambda v: Value(boolean_value=v)),
        st.integers(-(2**63), 2**63 - 1).map(lambda v: Value(integer_value=v)),
        st.floats().map(lambda v: Value(double_value=v)),
        st.text(max_size=8).map(lambda v: Value(string_value=v)),
        st.binary(max_size=8).map(lambda v: Value(bytes_value=v)),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda items: list_of(*items)),
        st.dictionaries(st.text(max_size=4), inner, max_size=3).map(lambda items: map_of(**items)),
    ),
    max_leaves=8,
)


@given(json_values, json_values)
def test_equal_values_have_equal_hashes_and_others_have_not(one: Value, other: Value) -> None:
    encoded = [Value.pb(value).SerializeToString(deterministic=True) for value in (one, other)]

    assert (hashed(v=one) == hashed(v=other)) == (encoded[0] == encoded[1])


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    with open_index(tmp_path) as made:
        yield made


def test_every_difference_is_found_and_named(index: Index) -> None:
    index.add(Side.SOURCE, [("a/1", b"x"), ("a/1/b/2", b"x"), ("a/3", b"x"), ("c/1", b"x")])
    index.add(Side.COPY, [("a/1", b"x"), ("a/1/b/2", b"y"), ("a/3/b/9", b"x"), ("c/1", b"x")])

    assert index.differences(limit=10) == (
        3,
        [
            Difference(path="a/1/b/2", problem=Problem.CHANGED),
            Difference(path="a/3", problem=Problem.MISSING),
            Difference(path="a/3/b/9", problem=Problem.EXTRA),
        ],
    )


def test_groups_are_counted_and_hashed_over_all_parents(index: Index) -> None:
    documents = [("a/1", b"x"), ("a/1/b/1", b"y"), ("a/2/b/1", b"y")]
    index.add(Side.SOURCE, documents)
    index.add(Side.COPY, reversed(documents))

    source, copy = index.tallies(Side.SOURCE), index.tallies(Side.COPY)

    assert source == copy
    assert {name: tally.documents for name, tally in source.items()} == {"a": 1, "b": 2}


def test_only_so_many_differences_are_named_but_all_are_counted(index: Index) -> None:
    index.add(Side.SOURCE, ((f"a/{number}", b"x") for number in range(3_000)))

    count, named = index.differences(limit=5)

    assert (count, len(named)) == (3_000, 5)


@dataclass
class FakeDatabase:
    name: str
    documents: dict[str, bytes] = field(default_factory=dict)
    asked: list[datetime | None] = field(default_factory=list)

    def is_empty(self) -> bool:
        return not self.documents

    def digests(self, at: datetime | None) -> Iterable[tuple[str, bytes]]:
        self.asked.append(at)
        yield from self.documents.items()


@dataclass
class FakeRestorer:
    source: FakeDatabase
    copy: FakeDatabase
    damage: dict[str, bytes | None] = field(default_factory=dict)
    protections: Sequence[Protection] = (Protection(name="security rules", is_applied=True),)
    method: Method = Method.STREAM

    def as_of(self, now: datetime, /) -> datetime:
        return now - timedelta(seconds=5)

    def restore(self, _at: datetime, _told: Told, /) -> None:
        self.copy.documents.update(self.source.documents)
        for path, content in self.damage.items():
            self.copy.documents.pop(path, None)
            if content is not None:
                self.copy.documents[path] = content

    def secure(self) -> Sequence[Protection]:
        return self.protections

    def discard(self) -> None:
        self.copy.documents.clear()


def drilled(restorer: FakeRestorer) -> Report:
    ticks = iter(range(100))
    return Drill(
        source=restorer.source,
        copy=restorer.copy,
        restorer=restorer,
        operator=OPERATOR,
        now=lambda: START,
        told=lambda _name, _done: None,
        clock=lambda: float(next(ticks)),
    ).run()


def a_restorer(**changes: Any) -> FakeRestorer:
    source = FakeDatabase(DB, {"users/u1": b"x", "users/u1/runs/r1": b"y"})
    return FakeRestorer(source, FakeDatabase(OTHER), **changes)


def test_a_faithful_copy_passes_and_every_step_is_timed() -> None:
    restorer = a_restorer()

    report = drilled(restorer)

    assert report.passed
    assert (report.documents, report.differing) == (2, 0)
    assert [step.name for step in report.steps] == ["restore", "secure", "read source", "read copy"]
    assert (report.restore_s, report.age_s) == (2.0, 5.0)
    assert report.as_of == START - timedelta(seconds=5)
    assert restorer.source.asked == [report.as_of]
    assert restorer.copy.asked == [None]


@pytest.mark.parametrize(
    ("damage", "problem"),
    [
        ({"users/u1": None}, Problem.MISSING),
        ({"users/u1": b"z"}, Problem.CHANGED),
        ({"users/u2": b"x"}, Problem.EXTRA),
    ],
)
def test_a_damaged_copy_fails(damage: dict[str, bytes | None], problem: Problem) -> None:
    report = drilled(a_restorer(damage=damage))

    assert not report.passed
    assert [item.problem for item in report.differences] == [problem]


def test_a_copy_without_its_rules_fails() -> None:
    lacking = Protection(name="security rules", is_applied=False)

    assert not drilled(a_restorer(protections=[lacking])).passed


def test_a_drill_of_nothing_proves_nothing() -> None:
    restorer = a_restorer()
    restorer.source.documents.clear()

    assert not drilled(restorer).passed


def test_a_database_in_use_is_never_written_to() -> None:
    restorer = a_restorer()
    restorer.copy.documents["a/1"] = b"x"

    with pytest.raises(Conflict, match="holds documents"):
        drilled(restorer)
    assert restorer.copy.documents == {"a/1": b"x"}


def test_a_database_is_not_restored_over_itself() -> None:
    restorer = a_restorer()
    restorer.copy.name = DB

    with pytest.raises(Conflict, match="over itself"):
        drilled(restorer)


def test_times_are_utc() -> None:
    assert drilled(a_restorer()).began.tzinfo is UTC
