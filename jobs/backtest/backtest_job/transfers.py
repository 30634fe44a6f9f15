"""Brings the inputs in and the result out, through signed URLs."""

import hashlib
import io
import logging
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

import httpx

from backtest_job.errors import PlatformFailure
from candlewick.backtests.wire import InputFile, Span, Upload
from candlewick.errors import Invalid

log = logging.getLogger(__name__)

_PARALLEL: Final = 8
_TRIES: Final = 4
_CHUNK: Final = 256 * 1024
_TIMEOUT: Final = httpx.Timeout(30, connect=5)
# Storage answers 400 to an expired signature, 403 to one that it does not accept.
_LINK_REFUSED: Final = frozenset({httpx.codes.BAD_REQUEST, httpx.codes.FORBIDDEN})


class LinkExpired(Exception):
    """The signed URL is no longer accepted: claim again for a fresh one."""


def open_client() -> httpx.Client:
    return httpx.Client(timeout=_TIMEOUT, trust_env=False)


def fetch_all(http: httpx.Client, files: list[InputFile], folder: Path) -> None:
    """Put every file under the folder, its size and hash checked."""
    targets = [(file, _inside(folder, file.path)) for file in files]
    pool = ThreadPoolExecutor(_PARALLEL, thread_name_prefix="fetch")
    try:
        for outcome in [pool.submit(_fetch, http, file, target) for file, target in targets]:
            outcome.result()
    finally:
        # Not waited for: a stop must not take as long as the slowest download.
        pool.shutdown(wait=False, cancel_futures=True)


def _inside(folder: Path, path: str) -> Path:
    parts = PurePosixPath(path).parts
    if not parts or PurePosixPath(path).is_absolute() or ".." in parts:
        raise PlatformFailure(f"The ticket names the input {path!r}, which is outside its folder.")
    return folder.joinpath(*parts)


def _fetch(http: httpx.Client, file: InputFile, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    for attempt in range(_TRIES):
        try:
            (_download_spans if file.spans else _download)(http, file, target)
        except (httpx.TransportError, _Damaged) as error:
            log.warning("input not fetched", extra={"path": file.path, "reason": repr(error)})
            time.sleep(0.2 * 2**attempt)
        else:
            return
    raise PlatformFailure(f"The input {file.path} cannot be fetched.")


class _Damaged(Exception):
    """What arrived is not what was announced."""


def _download(http: httpx.Client, file: InputFile, target: Path) -> None:
    digest = hashlib.sha256()
    size = 0
    with http.stream("GET", file.url) as answer, target.open("wb") as out:
        if answer.status_code in _LINK_REFUSED:
            raise LinkExpired
        if not answer.is_success:
            raise _Damaged(f"status {answer.status_code}")
        for chunk in answer.iter_bytes(_CHUNK):
            size += len(chunk)
            if size > file.size_bytes:
                raise _Damaged("longer than announced")
            digest.update(chunk)
            out.write(chunk)
    if size != file.size_bytes or digest.hexdigest() != file.sha256:
        raise _Damaged("other content than announced")
    target.chmod(0o644)


def _download_spans(http: httpx.Client, file: InputFile, target: Path) -> None:
    """Write a candle file of those slices alone that the run needs."""
    # Here: most runs read whole files, and pyarrow takes a while to start.
    from candlewick.market_data import slices  # noqa: PLC0415

    head, *wanted = file.spans
    try:
        (columns,) = slices.split(_range(http, file.url, [head]), [head])
        pieces = slices.split(_range(http, file.url, wanted), wanted)
        target.write_bytes(slices.file_of(columns, pieces))
    except Invalid as error:
        raise _Damaged(str(error)) from error
    target.chmod(0o644)


def _range(http: httpx.Client, url: str, spans: list[Span]) -> bytes:
    begin, end = spans[0].offset, spans[-1].offset + spans[-1].size_bytes
    answer = http.get(url, headers={"Range": f"bytes={begin}-{end - 1}"})
    if answer.status_code in _LINK_REFUSED:
        raise LinkExpired
    if answer.status_code != httpx.codes.PARTIAL_CONTENT:
        raise _Damaged(f"status {answer.status_code} for a part")
    return answer.content


def upload(
    http: httpx.Client, result: BinaryIO, size: int, renewed: Callable[[], Upload], first: Upload
) -> None:
    """Create the result object. `renewed` gives a fresh URL when the first one has expired.

    412 means that the object exists: settled when a try of ours may have written it before its reply was
    lost, for those were the same bytes; otherwise somebody else's content is there.
    """
    target = first
    maybe_stored = False
    for attempt in range(_TRIES):
        status = _put(http, target, result, size)
        if status is not None and httpx.codes.is_success(status):
            return
        if status == httpx.codes.PRECONDITION_FAILED:
            if maybe_stored:
                return
            raise PlatformFailure("Another result is stored in this claim's place.")
        log.warning("result not stored", extra={"status": status})
        if status in _LINK_REFUSED:
            target = renewed()
        maybe_stored = maybe_stored or status is None or httpx.codes.is_server_error(status)
        time.sleep(0.5 * 2**attempt)
    raise PlatformFailure("The result cannot be stored.")


def upload_log(http: httpx.Client, text: bytes, target: Upload) -> None:
    """Create the log's object. A log that cannot be stored is no reason to fail: its end is reported too."""
    for attempt in range(_TRIES):
        status = _put(http, target, io.BytesIO(text), len(text))
        if status is not None and not httpx.codes.is_server_error(status):
            break
        time.sleep(0.2 * 2**attempt)
    if status is None or not httpx.codes.is_success(status):
        log.warning("log not stored", extra={"status": status})


def _put(http: httpx.Client, target: Upload, result: BinaryIO, size: int) -> int | None:
    """Return the answer's status; `None` when the connection broke and nobody knows."""
    result.seek(0)
    headers = {**target.headers, "Content-Length": str(size)}
    try:
        return http.put(target.url, content=_chunks(result), headers=headers).status_code
    except httpx.TransportError:
        return None


def _chunks(file: BinaryIO) -> Iterator[bytes]:
    while chunk := file.read(_CHUNK):
        yield chunk
