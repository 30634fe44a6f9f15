"""The three ways in which the JSON API takes an object: whole, with its metadata, or in pieces."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from emulators.storage_gateway.bodies import Body
from emulators.storage_gateway.conditions import Preconditions
from emulators.storage_gateway.refusals import invalid

_MAX_HEAD = 2**20
_BOUNDARY = re.compile(r'boundary="?([^";]+)"?')
_CONTENT_RANGE = re.compile(r"bytes (?:(\d+)-(\d+)|\*)/(\d+|\*)")
_DIGESTS = {"md5Hash": "md5", "crc32c": "crc32c"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumableSession:
    """What was asked when a resumable upload began, to be checked when it ends."""

    email: str
    bucket: str
    name: str
    preconditions: Preconditions


def read_multipart(body: Body, content_type: str) -> Mapping[str, Any]:
    """Return the metadata of a `multipart/related` upload, its digests compared with the content."""
    found = _BOUNDARY.search(content_type)
    if found is None:
        raise invalid("A multipart upload names its boundary in Content-Type.")
    mark = b"--" + found[1].encode()
    head = body.slice(0, min(body.size, _MAX_HEAD))
    parts = head.split(mark, 3)
    if len(parts) < 3:  # noqa: PLR2004 - the text before the first mark, metadata, content
        raise invalid("A multipart upload has two parts: metadata, then content.")
    try:
        metadata = json.loads(parts[1].split(b"\r\n\r\n", 1)[1])
    except (IndexError, ValueError) as error:
        raise invalid("The first part of a multipart upload is the metadata in JSON.") from error
    if not isinstance(metadata, dict):
        raise invalid("The metadata is a JSON object.")
    _check_digests(body, metadata, _content_of(body, head, mark))
    return metadata


def ends_upload(content_range: str | None) -> bool:
    """Whether a piece of a resumable upload is the last one."""
    if content_range is None:
        return True
    match = _CONTENT_RANGE.fullmatch(content_range)
    if match is None:
        raise invalid("Content-Range must be `bytes FIRST-LAST/TOTAL`.")
    _, last, total = match.groups()
    # `bytes */TOTAL` asks how much has arrived, or ends an upload without content.
    return total != "*" and (total == "0" if last is None else int(last) + 1 == int(total))


def _content_of(body: Body, head: bytes, mark: bytes) -> tuple[int, int]:
    second = head.index(mark, head.index(mark) + len(mark))
    blank = head.find(b"\r\n\r\n", second)
    tail_start = max(0, body.size - len(mark) - 16)
    tail = body.slice(tail_start, body.size)
    end = tail.rfind(b"\r\n" + mark + b"--")
    if blank < 0 or end < 0:
        raise invalid("The multipart upload is cut off.")
    return blank + 4, tail_start + end


def _check_digests(body: Body, metadata: Mapping[str, Any], part: tuple[int, int]) -> None:
    for field, algorithm in _DIGESTS.items():
        if field in metadata:
            body.require_digest(algorithm, str(metadata[field]), field, part)
