"""The tables of a printed report: as rich prints them, where there is nothing to wrap, to colour or to replace."""

from collections.abc import Sequence
from typing import Any

from freqtrade.optimize.optimize_reports import bt_output
from freqtrade.util import rich_tables
from rich.box import HEAVY_HEAD
from rich.console import Console
from rich.emoji import Emoji
from rich.text import Text

_print = bt_output.print_rich_table


def print_table(
    tabular_data: Sequence[Any],
    headers: Sequence[Any],
    summary: str | None = None,
    *,
    justify: str = "right",
    table_kwargs: dict[str, Any] | None = None,
) -> None:
    """Print what `print_rich_table` prints."""
    console = rich_tables.get_rich_console()
    if summary and not table_kwargs and justify in {"left", "right"} and _is_plain(console):
        lines = _lines([headers, *tabular_data], summary, justify, console.width)
        if lines:
            console.file.write("\n".join([*lines, ""]))
            console.file.flush()
            return
    _print(tabular_data, headers, summary, justify=justify, table_kwargs=table_kwargs)


def _is_plain(console: Console) -> bool:
    return not (console.is_terminal or console.is_jupyter or console.options.ascii_only)


def _lines(rows: Sequence[Any], title: str, justify: str, most: int) -> list[str]:
    """Return nothing where rich would do more than lay out."""
    count = len(rows[0])
    if any(type(row) not in {list, tuple} or len(row) != count for row in rows):
        return []
    cells = [[_text(cell) for cell in row] for row in rows]
    widths = [max(map(len, column)) + 2 for column in zip(*cells, strict=True)]
    width = sum(widths) + count + 1
    if not (all(cells[0]) and len(title) <= width <= most):
        return []
    texts = [title, *(cell for row in cells for cell in row)]
    if not all(map(_is_simple, texts)):
        return []
    return _laid_out(cells, title, justify, widths)


def _text(cell: Any) -> str:
    return cell.plain if isinstance(cell, Text) else str(cell)


def _is_simple(text: str) -> bool:
    """Whether it is shown as it is, a place for each character."""
    return text.isascii() and text.isprintable() and "[" not in text and Emoji.replace(text) == text


def _laid_out(cells: list[list[str]], title: str, justify: str, widths: list[int]) -> list[str]:
    box, whole = HEAVY_HEAD, sum(widths) + len(widths) + 1
    title = title.rstrip()
    head, *body = [
        [
            f" {cell.rstrip():>{width - 2}} " if justify == "right" else f" {cell:<{width - 2}} "
            for cell, width in zip(row, widths, strict=True)
        ]
        for row in cells
    ]
    return [
        (" " * ((whole - len(title)) // 2) + title).ljust(whole),
        box.get_top(widths),
        f"{box.head_left}{box.head_vertical.join(head)}{box.head_right}",
        box.get_row(widths, "head"),
        *(f"{box.mid_left}{box.mid_vertical.join(row)}{box.mid_right}" for row in body),
        box.get_bottom(widths),
    ]
