"""Whole databases, document by document, without a look at what is in them.

The public client decodes values on reading and encodes them on writing; a copy must neither lose nor add
anything, so this speaks the same client's protocol layer.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from google.api_core import exceptions as google_errors
from google.cloud import firestore
from google.cloud.firestore_v1.types import (
    BatchWriteRequest,
    Cursor,
    Document,
    Precondition,
    RunQueryRequest,
    StructuredQuery,
    Value,
    Write,
)

from candlewick.admin.drill.digest import digest
from candlewick.errors import Conflict, Unavailable

_PAGE = 300
_MAX_WRITES, _MAX_BYTES = 400, 8 * 1024 * 1024
_PATIENCE_S = 120
_AGAIN = (google_errors.ServiceUnavailable, google_errors.DeadlineExceeded, google_errors.Aborted)
_TRIES = 5


@dataclass(frozen=True, slots=True)
class RawDatabase:
    """`Database` of the drill over one Firestore database."""

    client: firestore.Client

    @property
    def name(self) -> str:
        return str(self.client._database_string)  # noqa: SLF001 (see above)

    def is_empty(self) -> bool:
        try:
            return next(iter(self._page(None, None, 1)), None) is None
        except google_errors.NotFound:
            return True  # there is no such database yet

    def documents(self, at: datetime | None = None) -> Iterator[Any]:
        """Yield every document as protobuf, also those whose parents do not exist, ordered by name."""
        last: str | None = None
        while True:
            found = self._page(last, at, _PAGE)
            yield from found
            if len(found) < _PAGE:
                return
            last = found[-1].name

    def digests(self, at: datetime | None) -> Iterator[tuple[str, bytes]]:
        skip = len(self.name) + len("/documents/")
        for document in self.documents(at):
            yield document.name[skip:], digest(document.fields, self.name)

    def write(self, documents: Iterable[Any], source: str, told: Callable[[int], None]) -> int:
        """Create documents read from the database named `source`; none may be there already."""
        done, batch, size = 0, list[Any](), 0
        for document in documents:
            renamed = _moved(document, source, self.name)
            batch.append(renamed)
            size += renamed.ByteSize()
            if len(batch) >= _MAX_WRITES or size >= _MAX_BYTES:
                done += self._create(batch)
                told(done)
                batch, size = [], 0
        done += self._create(batch)
        told(done)
        return done

    def clear(self) -> None:
        """Delete every document."""
        while found := self._page(None, None, _PAGE):
            self._commit([Write(delete=document.name) for document in found])

    def _page(self, after: str | None, at: datetime | None, size: int) -> list[Any]:
        query = StructuredQuery(
            from_=[StructuredQuery.CollectionSelector(all_descendants=True)],
            order_by=[
                StructuredQuery.Order(field=StructuredQuery.FieldReference(field_path="__name__"))
            ],
            limit=size,
        )
        if after is not None:
            query.start_at = Cursor(values=[Value(reference_value=after)], before=False)
        when = {} if at is None else {"read_time": at}
        parent = f"{self.name}/documents"
        return self._asked(RunQueryRequest(parent=parent, structured_query=query, **when))

    def _asked(self, request: RunQueryRequest) -> list[Any]:
        for left in reversed(range(_TRIES)):
            try:
                answers = self._api.run_query(
                    request=request, metadata=self._metadata, timeout=_PATIENCE_S
                )
                found = [_pb(answer).document for answer in answers]
            except _AGAIN as error:
                if left == 0:
                    raise Unavailable(f"The database stopped answering: {error}") from error
            else:
                return [document for document in found if document.name]
        raise AssertionError  # the last try returns or raises

    def _create(self, documents: list[Any]) -> int:
        missing = Precondition(exists=False)
        self._commit(
            [Write(update=Document.wrap(item), current_document=missing) for item in documents]
        )
        return len(documents)

    def _commit(self, writes: list[Write]) -> None:
        if not writes:
            return
        request = BatchWriteRequest(database=self.name, writes=writes)
        answer = self._api.batch_write(
            request=request, metadata=self._metadata, timeout=_PATIENCE_S
        )
        for status in answer.status:
            if status.code:
                raise Conflict(f"A document could not be written: {status.message}")

    @property
    def _api(self) -> Any:
        return self.client._firestore_api  # noqa: SLF001 (see above)

    @property
    def _metadata(self) -> Any:
        return self.client._rpc_metadata  # noqa: SLF001 (see above)


def _pb(answer: Any) -> Any:
    return type(answer).pb(answer)


def _moved(document: Any, source: str, target: str) -> Any:
    """Return a copy that belongs to another database, its references within included."""
    moved = type(document)()
    moved.name = target + document.name.removeprefix(source)
    for name, value in document.fields.items():
        moved.fields[name].CopyFrom(value)
        _redirect(moved.fields[name], source, target)
    return moved


def _redirect(value: Any, source: str, target: str) -> None:
    kind = value.WhichOneof("value_type")
    if kind == "reference_value" and value.reference_value.startswith(f"{source}/documents/"):
        value.reference_value = target + value.reference_value.removeprefix(source)
    elif kind == "array_value":
        for item in value.array_value.values:
            _redirect(item, source, target)
    elif kind == "map_value":
        for item in value.map_value.fields.values():
            _redirect(item, source, target)
