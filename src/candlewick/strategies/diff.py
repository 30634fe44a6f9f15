"""The difference of two versions, as lines that a page can show side by side."""

import difflib
from dataclasses import dataclass
from enum import StrEnum

_LONG_LINES = 4_000


class LineKind(StrEnum):
    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """A line with its number in the older and the newer code (`None` where it is not there)."""

    kind: LineKind
    older: int | None
    newer: int | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    lines: tuple[DiffLine, ...]
    unified: str

    @property
    def added(self) -> int:
        return sum(line.kind is LineKind.ADDED for line in self.lines)

    @property
    def removed(self) -> int:
        return sum(line.kind is LineKind.REMOVED for line in self.lines)


def diff_code(older: str, newer: str, *, labels: tuple[str, str]) -> Diff:
    old, new = older.splitlines(), newer.splitlines()
    lines: list[DiffLine] = []
    # The heuristic gives a coarser diff, but without it repetitive code takes quadratic time.
    is_long = len(old) + len(new) > _LONG_LINES
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=is_long)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            lines += [
                DiffLine(kind=LineKind.SAME, older=i + 1, newer=j + 1, text=old[i])
                for i, j in zip(range(i1, i2), range(j1, j2), strict=True)
            ]
            continue
        lines += [_line(LineKind.REMOVED, i, old) for i in range(i1, i2)]
        lines += [_line(LineKind.ADDED, j, new) for j in range(j1, j2)]
    unified = "\n".join(difflib.unified_diff(old, new, *labels, lineterm=""))
    return Diff(lines=tuple(lines), unified=unified)


def _line(kind: LineKind, index: int, source: list[str]) -> DiffLine:
    is_added = kind is LineKind.ADDED
    return DiffLine(
        kind=kind,
        older=None if is_added else index + 1,
        newer=index + 1 if is_added else None,
        text=source[index],
    )
