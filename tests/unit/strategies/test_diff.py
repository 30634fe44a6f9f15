"""Diffs of two versions."""

from hypothesis import given
from hypothesis import strategies as st

from candlewick.strategies.diff import LineKind, diff_code

LABELS = ("older", "newer")


def test_a_changed_line_is_removed_and_added_with_both_numbers() -> None:
    diff = diff_code("a\nb\nc", "a\nB\nc", labels=LABELS)

    assert [(line.kind, line.older, line.newer, line.text) for line in diff.lines] == [
        (LineKind.SAME, 1, 1, "a"),
        (LineKind.REMOVED, 2, None, "b"),
        (LineKind.ADDED, None, 2, "B"),
        (LineKind.SAME, 3, 3, "c"),
    ]
    assert (diff.added, diff.removed) == (1, 1)
    assert "-b\n+B" in diff.unified


@given(st.lists(st.sampled_from("abcd")), st.lists(st.sampled_from("abcd")))
def test_both_sides_can_be_read_back_from_a_diff(older: list[str], newer: list[str]) -> None:
    diff = diff_code("\n".join(older), "\n".join(newer), labels=LABELS)

    assert [line.text for line in diff.lines if line.kind is not LineKind.ADDED] == older
    assert [line.text for line in diff.lines if line.kind is not LineKind.REMOVED] == newer
