"""Reads a spec from JSON; what is wrong is said at the block where it is, with what to do."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from pydantic import ValidationError

from candlewick.errors import Invalid
from candlewick.specs.models import MAX_SPEC_BYTES, VERSION, StrategySpec
from candlewick.specs.problems import Problem, find_problems

_MAX_DEPTH = 60
_MAX_SHOWN = 5
_ADVICE = {
    "extra_forbidden": "There is no such setting here. Remove it.",
    "missing": "This is missing. Add it.",
    "int_type": "Give a number.",
    "float_type": "Give a number.",
    "bool_type": "Give true or false.",
    "finite_number": "Give a finite number.",
    "union_tag_not_found": "Say of which kind this block is, in `kind`.",
}


def read_spec(source: bytes | str | Mapping[str, Any]) -> StrategySpec:
    """Return the spec.

    Raises:
        Invalid: with one field for each problem: where it is, and what to do about it.
    """
    data = _loaded(source) if isinstance(source, bytes | str) else source
    _require_known_version(data)
    try:
        spec = StrategySpec.model_validate(data)
    except ValidationError as error:
        raise _refusal(list(_structural(error, data))) from error
    found = find_problems(spec)
    if found:
        raise _refusal(found)
    return spec


def write_spec(spec: StrategySpec) -> str:
    """Return the spec as JSON, the same text for the same spec."""
    return spec.model_dump_json(indent=2, exclude_none=True) + "\n"


def _loaded(source: bytes | str) -> Mapping[str, Any]:
    text = source.encode() if isinstance(source, str) else source
    if len(text) > MAX_SPEC_BYTES:
        raise _refusal(
            [
                Problem(
                    "",
                    f"The spec has {len(text):,} bytes; at most {MAX_SPEC_BYTES:,} are read. "
                    "Split the strategy, or remove what it does not use.",
                )
            ]
        )
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _refusal([Problem("", f"This is no JSON that can be read: {error}.")]) from error
    if not isinstance(data, dict):
        raise _refusal([Problem("", "A spec is a JSON object.")])
    return data


def _require_known_version(data: Mapping[str, Any]) -> None:
    version = data.get("version", VERSION)
    if isinstance(version, int) and version > VERSION:
        raise _refusal(
            [
                Problem(
                    "version",
                    f"This spec is of version {version}; here at most version {VERSION} is known. "
                    "Open it with a newer Candlewick.",
                )
            ]
        )
    if _depth(data) > _MAX_DEPTH:
        raise _refusal([Problem("", "The blocks are nested too deeply. Use fewer levels.")])


def _depth(data: object) -> int:
    """Return how deeply lists and objects are nested; does not itself recurse."""
    deepest, waiting = 0, [(data, 1)]
    while waiting and deepest <= _MAX_DEPTH:
        value, level = waiting.pop()
        deepest = max(deepest, level)
        inner: Sequence[object] = ()
        if isinstance(value, Mapping):
            inner = list(value.values())
        elif isinstance(value, list | tuple):
            inner = value
        waiting.extend((item, level + 1) for item in inner)
    return deepest


def _structural(error: ValidationError, data: object) -> Iterator[Problem]:
    seen = set()
    errors = [(_path(item["loc"], data), item) for item in error.errors(include_url=False)]
    for path, item in errors:
        kind = item["type"]
        # A list whose blocks are wrong also counts as too short.
        if kind == "too_short" and any(other.startswith(f"{path}.") for other, _ in errors):
            continue
        if path in seen:
            continue
        seen.add(path)
        yield Problem(path, _advice(kind, item))


def _advice(kind: str, item: Any) -> str:
    if kind in _ADVICE:
        return _ADVICE[kind]
    if kind == "union_tag_invalid":
        context = item["ctx"]
        return f"There is no kind {context['tag']!r}. Choose one of {context['expected_tags']}."
    return f"{item['msg']}."


def _path(places: Sequence[int | str], data: object) -> str:
    """Return a dotted path through the data, without the names of pydantic's alternatives."""
    path: list[str] = []
    for number, place in enumerate(places):
        is_last = number == len(places) - 1
        if isinstance(data, Mapping) and (place in data or is_last):
            data = data.get(place)
        elif isinstance(data, list | tuple) and isinstance(place, int) and place < len(data):
            data = data[place]
        else:
            continue
        path.append(str(place))
    return ".".join(path)


def _refusal(problems: Sequence[Problem]) -> Invalid:
    shown = " ".join(
        f"{problem.path}: {problem.message}" if problem.path else problem.message
        for problem in problems[:_MAX_SHOWN]
    )
    return Invalid(
        shown, fields=tuple((problem.path or "spec", problem.message) for problem in problems)
    )
