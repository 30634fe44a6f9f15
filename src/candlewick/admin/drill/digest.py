"""A document's canonical hash: the same for the same values and types, whichever database holds them."""

import hashlib
import struct
from collections.abc import Iterator, Mapping
from typing import Any

# One byte each; a value of another type never has the same encoding.
_NULL, _TRUE, _FALSE, _INTEGER, _DOUBLE, _TIME, _TEXT, _BYTES, _REFERENCE, _POINT, _LIST, _MAP = (
    bytes([number]) for number in range(12)
)
_NAN = struct.pack(">d", float("nan"))


class UnknownType(ValueError):
    """A value of a type that this version does not know; better to stop than to overlook it."""


def digest(fields: Mapping[str, Any], database: str) -> bytes:
    """Return the SHA-256 of a document's fields (protobuf values of Firestore).

    A reference into `database` counts as one into the document's own database: a copy's references point
    into the copy.
    """
    hashed = hashlib.sha256()
    for part in _map(fields, f"{database}/documents/"):
        hashed.update(part)
    return hashed.digest()


def _map(fields: Mapping[str, Any], own: str) -> Iterator[bytes]:
    yield _MAP + _length(len(fields))
    for name in sorted(fields, key=str.encode):
        yield _sized(_TEXT, name.encode())
        yield from _value(fields[name], own)


def _value(value: Any, own: str) -> Iterator[bytes]:
    kind = value.WhichOneof("value_type")
    if kind == "map_value":
        yield from _map(value.map_value.fields, own)
    elif kind == "array_value":
        items = value.array_value.values
        yield _LIST + _length(len(items))
        for item in items:
            yield from _value(item, own)
    elif kind == "reference_value":
        path = value.reference_value
        inside = path.removeprefix(own)
        mark = b"." if inside != path else b"/"
        yield _sized(_REFERENCE, mark + inside.encode())
    else:
        yield _simple(kind, value)


def _simple(kind: str | None, value: Any) -> bytes:
    if kind == "null_value":
        return _NULL
    if kind == "boolean_value":
        return _TRUE if value.boolean_value else _FALSE
    if kind == "integer_value":
        return _INTEGER + struct.pack(">q", value.integer_value)
    if kind == "double_value":
        return _DOUBLE + _double(value.double_value)
    if kind == "timestamp_value":
        time = value.timestamp_value
        return _TIME + struct.pack(">qi", time.seconds, time.nanos)
    return _text_like(kind, value)


def _text_like(kind: str | None, value: Any) -> bytes:
    if kind == "string_value":
        return _sized(_TEXT, value.string_value.encode())
    if kind == "bytes_value":
        return _sized(_BYTES, value.bytes_value)
    if kind == "geo_point_value":
        point = value.geo_point_value
        return _POINT + _double(point.latitude) + _double(point.longitude)
    raise UnknownType(f"No hash is known for a value of the type {kind}.")


def _double(number: float) -> bytes:
    return _NAN if number != number else struct.pack(">d", number)  # noqa: PLR0124 (true of NaN alone)


def _sized(kind: bytes, data: bytes) -> bytes:
    return kind + _length(len(data)) + data


def _length(count: int) -> bytes:
    return struct.pack(">Q", count)
