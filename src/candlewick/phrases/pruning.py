"""Takes out of a strategy what nothing in it uses any more."""

from collections.abc import Iterator

from candlewick.phrases.draft import Json


def drop_unused(data: Json) -> None:
    """Remove indicators that nothing uses any more; where there is code of its own, it may use any."""
    if data.get("code") or _has_code(data):
        return
    while True:
        used = set(_names(data))
        before = repr(data)
        data["indicators"] = [
            use for use in data.get("indicators", []) if (None, use["name"]) in used
        ]
        for frame in data.get("informatives", []):
            frame["indicators"] = [
                u for u in frame["indicators"] if (frame["name"], u["name"]) in used
            ]
        frames = {frame for frame, _ in used}
        data["informatives"] = [
            f for f in data.get("informatives", []) if f["name"] in frames or f["indicators"]
        ]
        if repr(data) == before:
            return


def _names(data: Json) -> Iterator[tuple[str | None, str | None]]:
    """Yield (frame, name) of every column that is used; a frame's own indicators are computed in it."""
    for way in ("entries", "exits"):
        yield from _named_in(data.get(way, []))
    for use in data.get("indicators", []):
        yield from _named_in(use.get("source"))
    for frame in data.get("informatives", []):
        for use in frame["indicators"]:
            yield from ((frame["name"], name) for _, name in _named_in(use.get("source")) if name)
    range_stop = data.get("risk", {}).get("range_stop")
    if range_stop:
        yield None, range_stop["indicator"]


def _named_in(part: object) -> Iterator[tuple[str | None, str | None]]:
    if isinstance(part, list):
        for each in part:
            yield from _named_in(each)
    elif isinstance(part, dict):
        if part.get("kind") in {"indicator", "pattern"} and "indicator" not in part:
            yield part.get("frame"), part["name"]
        elif part.get("kind") == "price":
            yield part.get("frame"), None
        for each in part.values():
            yield from _named_in(each)


def _has_code(part: object) -> bool:
    if isinstance(part, list):
        return any(_has_code(each) for each in part)
    if not isinstance(part, dict):
        return False
    return part.get("kind") == "code" or any(_has_code(each) for each in part.values())
