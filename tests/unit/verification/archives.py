"""Takes result archives apart and puts forged ones together."""

import copy
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

Statistics = dict[str, Any]
OPEN_TRADES = "candlewick_open_trades.json"


def read(archive: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(archive)) as members:
        return {name: members.read(name) for name in members.namelist()}


def write(members: dict[str, bytes]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return data.getvalue()


def statistics_name(members: dict[str, bytes]) -> str:
    return next(
        name
        for name in members
        if name.startswith("backtest-result-") and name.endswith(".json") and "config" not in name
    )


def statistics(archive: bytes, class_name: str) -> Statistics:
    members = read(archive)
    found: Statistics = json.loads(members[statistics_name(members)])["strategy"][class_name]
    return found


def forge(archive: bytes, class_name: str, edit: Callable[[Statistics], None]) -> bytes:
    """Return the archive with its statistics edited."""
    members = read(archive)
    name = statistics_name(members)
    document = json.loads(members[name])
    edited = copy.deepcopy(document)
    edit(edited["strategy"][class_name])
    assert edited != document, "this edit changes nothing, so it tests nothing"
    return write({**members, name: json.dumps(edited).encode()})
