"""Reads a result archive that an untrusted process wrote: every size is bounded before it is believed."""

import io
import json
import zipfile
import zlib
from dataclasses import dataclass
from typing import Any, TypeVar

from pydantic import ValidationError

from candlewick.backtests.plots import MAX_VALUES_BYTES, PLOT_MEMBER, VALUES_MEMBER, ClaimedPlot
from candlewick.backtests.probes import PROBE_MEMBER
from candlewick.backtests.wire import Wire
from candlewick.verification.claims import ClaimedFigures, ClaimedResult
from candlewick.verification.errors import ResultRefused

OPEN_TRADES_MEMBER = "candlewick_open_trades.json"

# zlib's own error is none of zipfile's.
_UNREADABLE = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, zlib.error,
)  # fmt: skip

_MAX_MEMBERS = 30
_MAX_UNPACKED = 400 * 1024 * 1024
_MAX_JSON = 200 * 1024 * 1024
_MAX_RATIO = 500
_MAX_PLOT = 4 * 1024 * 1024
_MAX_PROBE = 256 * 1024

Facts = TypeVar("Facts", bound=Wire)


@dataclass(frozen=True, slots=True)
class ClaimedIndicators:
    plot: ClaimedPlot
    values: bytes


def read_indicators(data: bytes) -> ClaimedIndicators | None:
    """Return what an archive that `read_archive` let pass says of indicators; `None` when nothing usable."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            text = _bounded(archive, PLOT_MEMBER, _MAX_PLOT)
            values = _bounded(archive, VALUES_MEMBER, MAX_VALUES_BYTES)
        return ClaimedIndicators(ClaimedPlot.model_validate_json(text), values)
    except (ResultRefused, ValidationError, KeyError, *_UNREADABLE):
        return None


def read_probe(data: bytes, shape: type[Facts]) -> Facts:
    """Return what an analysis says; `ResultRefused` when the archive holds nothing of that shape."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive.infolist(), len(data))
            text = _bounded(archive, PROBE_MEMBER, _MAX_PROBE)
        return shape.model_validate_json(text)
    except (ValidationError, KeyError, *_UNREADABLE) as error:
        raise ResultRefused(["it does not hold what the analysis found"]) from error


def read_archive(data: bytes, class_name: str) -> ClaimedResult:
    """Parse Freqtrade's result archive; `ResultRefused` when it is none or holds too much."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_members(archive.infolist(), len(data))
            statistics = _read_json(archive, _statistics_member(archive.namelist()))
            has_open = OPEN_TRADES_MEMBER in archive.namelist()
            left_open = _read_json(archive, OPEN_TRADES_MEMBER) if has_open else {}
    except _UNREADABLE as error:
        raise ResultRefused(["the archive cannot be read"]) from error
    return _parse(statistics, left_open, class_name)


def _check_members(members: list[zipfile.ZipInfo], packed: int) -> None:
    # Indicators that never move shrink without limit; what is read of them is bounded by itself.
    total = sum(member.file_size for member in members if member.filename != VALUES_MEMBER)
    if len(members) > _MAX_MEMBERS or total > min(_MAX_UNPACKED, packed * _MAX_RATIO):
        raise ResultRefused(["the archive holds far more than a backtest's result"])
    names = [member.filename for member in members]
    if len(set(names)) != len(names) or any("/" in name or "\\" in name for name in names):
        raise ResultRefused(["the archive holds files with forbidden names"])


def _statistics_member(names: list[str]) -> str:
    found = [
        name
        for name in names
        if name.startswith("backtest-result-") and name.endswith(".json") and name.count("_") == 1
    ]
    if len(found) != 1:
        raise ResultRefused(["the archive holds no statistics, or more than one"])
    return found[0]


def _bounded(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    with archive.open(name) as member:
        # The size in the directory may lie; what is read is bounded here.
        data = member.read(most + 1)
    if len(data) > most:
        raise ResultRefused([f"{name} is too large"])
    return data


def _read_json(archive: zipfile.ZipFile, name: str) -> Any:
    data = _bounded(archive, name, _MAX_JSON)
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise ResultRefused([f"{name} is not JSON"]) from error


def _parse(statistics: Any, left_open: Any, class_name: str) -> ClaimedResult:
    try:
        claimed = statistics["strategy"][class_name]
        return ClaimedResult(
            trades=claimed["trades"],
            open_trades=left_open.get(class_name, []),
            figures=ClaimedFigures.model_validate(claimed),
        )
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise ResultRefused([f"{place} is not as Freqtrade writes it: {first['msg']}"]) from error
    except (KeyError, TypeError, AttributeError) as error:
        raise ResultRefused([f"it holds no statistics of {class_name}"]) from error
