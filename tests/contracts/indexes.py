"""Refuses a query that production would refuse for want of an index; the emulator serves any."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from google.api_core import exceptions as google_errors
from google.cloud.firestore_v1.types import StructuredQuery

INDEX_FILE = Path(__file__).parents[2] / "firestore.indexes.json"
_OPERATOR = StructuredQuery.FieldFilter.Operator
_EQUALITIES = {_OPERATOR.EQUAL, _OPERATOR.IN}
_MISSING: type[Exception] = google_errors.FailedPrecondition


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What of a query decides about its index."""

    collection: str
    is_group: bool
    equal: frozenset[str]
    ordered: tuple[tuple[str, str], ...]  # (field, direction)


@dataclass(frozen=True, slots=True)
class Indexes:
    """The project's index file."""

    document: dict[str, Any]

    @classmethod
    def of_the_project(cls) -> "Indexes":
        return cls(json.loads(INDEX_FILE.read_text()))

    def serve(self, shape: Shape) -> bool:
        if not self._needs_composite(shape):
            return all(self._has_single(shape, field) for field in self._single_fields(shape))
        return any(_fits(index, shape) for index in self.document["indexes"])

    def _needs_composite(self, shape: Shape) -> bool:
        return len(shape.ordered) > 1 or bool(shape.equal and shape.ordered)

    def _single_fields(self, shape: Shape) -> Iterator[tuple[str, str]]:
        yield from shape.ordered
        yield from ((field, "ASCENDING") for field in shape.equal)

    def _has_single(self, shape: Shape, wanted: tuple[str, str]) -> bool:
        scope = "COLLECTION_GROUP" if shape.is_group else "COLLECTION"
        for override in self.document["fieldOverrides"]:
            if (override["collectionGroup"], override["fieldPath"]) == (
                shape.collection,
                wanted[0],
            ):
                kinds = {(item["queryScope"], item["order"]) for item in override["indexes"]}
                return (scope, wanted[1]) in kinds
        return not shape.is_group  # automatic, for single collections alone


def refusing(indexes: Indexes, served: set[Shape], run_query: Any) -> Any:
    """Wrap a client's `run_query`: remember each shape, refuse the ones without an index."""

    def run(request: dict[str, Any], **options: Any) -> Any:
        shape = shape_of(request["structured_query"])
        if not indexes.serve(shape):
            raise _MISSING(f"The query requires an index: {shape}")
        served.add(shape)
        return run_query(request=request, **options)

    return run


def refusing_counts(indexes: Indexes, served: set[Shape], run: Any) -> Any:
    """Wrap a client's `run_aggregation_query` as `refusing` does: a count needs its query's index."""

    def count(request: dict[str, Any], **options: Any) -> Any:
        shape = shape_of(request["structured_aggregation_query"].structured_query)
        if not indexes.serve(shape):
            raise _MISSING(f"The count requires an index: {shape}")
        served.add(shape)
        return run(request=request, **options)

    return count


def shape_of(given: Any) -> Shape:
    query = StructuredQuery(given) if not isinstance(given, StructuredQuery) else given
    (source,) = query.from_
    filters = list(_filters(query.where))
    equal = {item.field.field_path for item in filters if item.op in _EQUALITIES}
    ordered = [(item.field.field_path, item.direction.name) for item in query.order_by]
    for item in filters:
        path = item.field.field_path
        if item.op not in _EQUALITIES and path not in {field for field, _ in ordered}:
            ordered.insert(0, (path, "ASCENDING"))
    return Shape(
        collection=source.collection_id,
        is_group=source.all_descendants,
        equal=frozenset(equal),
        ordered=tuple(item for item in ordered if item[0] != "__name__"),
    )


def _filters(where: StructuredQuery.Filter) -> Iterator[StructuredQuery.FieldFilter]:
    if where.field_filter.field.field_path:
        yield where.field_filter
    for item in where.composite_filter.filters:
        yield from _filters(item)


def _fits(index: dict[str, Any], shape: Shape) -> bool:
    fields: Sequence[tuple[str, str]] = [(f["fieldPath"], f["order"]) for f in index["fields"]]
    count = len(shape.equal)
    reverse = {"ASCENDING": "DESCENDING", "DESCENDING": "ASCENDING"}
    tail = tuple(fields[count:])
    backwards = tuple((field, reverse[order]) for field, order in tail)
    return (
        index["collectionGroup"] == shape.collection
        and index["queryScope"] == ("COLLECTION_GROUP" if shape.is_group else "COLLECTION")
        and {field for field, _ in fields[:count]} == shape.equal
        and shape.ordered in {tail, backwards}
    )
