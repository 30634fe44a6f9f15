"""Looks at the child's result before it leaves: an honest shape, nothing about its truth."""

import hashlib
import os
import zipfile
from dataclasses import dataclass
from typing import BinaryIO, Final

from backtest_job.errors import RunFailed
from candlewick.backtests.wire import Failure, FailureKind

_MAX_MEMBERS: Final = 64
_MAX_UNPACKED_BYTES: Final = 1024 * 1024 * 1024
_CHUNK: Final = 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive:
    """What is uploaded."""

    sha256: str
    size_bytes: int


def checked(file: BinaryIO, *, max_bytes: int) -> Archive:
    """Measure the archive; `RunFailed` when it is none that Freqtrade could have written."""
    size = os.fstat(file.fileno()).st_size
    if size == 0:
        raise _refused("The backtest ended without a result.")
    if size > max_bytes:
        raise RunFailed(
            Failure(
                kind=FailureKind.OUTPUT_LIMIT,
                message=f"The result has {size:,} bytes; at most {max_bytes:,} are kept.",
            )
        )
    file.seek(0)
    try:
        with zipfile.ZipFile(file) as members:
            _check_members(members.infolist())
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise _refused("The result is not an archive that Freqtrade wrote.") from error
    file.seek(0)
    digest = hashlib.sha256()
    while chunk := file.read(_CHUNK):
        digest.update(chunk)
    return Archive(sha256=digest.hexdigest(), size_bytes=size)


def _check_members(members: list[zipfile.ZipInfo]) -> None:
    names = [member.filename for member in members]
    if not 1 <= len(names) <= _MAX_MEMBERS or len(set(names)) != len(names):
        raise _refused("The result archive has members that Freqtrade does not write.")
    if any("/" in name or "\\" in name or name.startswith(".") for name in names):
        raise _refused("The result archive has members that Freqtrade does not write.")
    if sum(member.file_size for member in members) > _MAX_UNPACKED_BYTES:
        raise _refused("The result archive unpacks to more than any backtest gives.")


def _refused(message: str) -> RunFailed:
    return RunFailed(Failure(kind=FailureKind.RESULT_REFUSED, message=message))
