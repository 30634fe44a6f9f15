"""The equity of a shared result as a vector drawing, and as the picture that other sites show of the link."""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

WIDTH, HEIGHT, FALL = 1_000, 320, 90  # of the drawing, in its own units
_PICTURE = (1_200, 630)
_MARGIN = 64
_KEYBOARD = str.maketrans({"\N{MINUS SIGN}": "-", "\N{EN DASH}": "-"})
_DARK = {
    "surface": "#0d1014",
    "text": "#e9e7e1",
    "muted": "#a0a7b2",
    "accent": "#f5a524",
    "gain": "#3ed6a6",
    "loss": "#ff7d95",
}


@dataclass(frozen=True, slots=True)
class Drawing:
    """Points of SVG lines: equity, holding the pairs, and the drawdown below; and where the start lies."""

    balance: str
    holding: str
    fall: str
    start: float
    lowest: float
    highest: float
    deepest: float


def draw(equity: Mapping[str, Any]) -> Drawing:
    """Return the curves of `reduced` (candlewick.backtests.curve), scaled to one drawing."""
    balance, holding = equity["balance"], equity["buyAndHold"]
    first = balance[0] if balance else 0.0
    lowest, highest = min([*balance, *holding, first]), max([*balance, *holding, first])
    deepest = max(equity["drawdown"], default=0.0)
    area = _line(
        [value / deepest if deepest else 0.0 for value in equity["drawdown"]], FALL, flip=False
    )
    return Drawing(
        balance=_line(_scaled(balance, lowest, highest), HEIGHT),
        holding=_line(_scaled(holding, lowest, highest), HEIGHT),
        fall=f"0,0 {area} {WIDTH},0" if area else "",
        start=round(HEIGHT - _scaled([first], lowest, highest)[0] * HEIGHT, 1),
        lowest=lowest,
        highest=highest,
        deepest=deepest,
    )


def picture(title: str, lines: Sequence[tuple[str, str]], balance: Sequence[float]) -> bytes:
    """Return a PNG of 1,200 by 630 pixels: title, figures, and the equity.

    Args:
        title: the result's name.
        lines: name and text of a few figures.
        balance: the wallet over time.
    """
    # The other routes of this function need no picture, and its start should not wait for one.
    from PIL import Image, ImageDraw, ImageFont  # noqa: PLC0415

    image = Image.new("RGB", _PICTURE, _DARK["surface"])
    pen = ImageDraw.Draw(image)
    # The font that comes along has no sign but the keyboard's.
    big, middle, small = (ImageFont.load_default(size) for size in (56, 44, 26))
    pen.text((_MARGIN, 52), _shortened(title, 38), font=big, fill=_DARK["text"])
    for number, (name, text) in enumerate(lines[:4]):
        left = _MARGIN + number * 275
        pen.text((left, 140), name, font=small, fill=_DARK["muted"])
        pen.text(
            (left, 172), text, font=middle, fill=_DARK["accent"] if number == 0 else _DARK["text"]
        )
    _curve(pen, balance)
    pen.text(
        (_MARGIN, 572),
        "Candlewick: a backtest, recomputed and verified",
        font=small,
        fill=_DARK["muted"],
    )
    found = io.BytesIO()
    image.save(found, "PNG", optimize=True)
    return found.getvalue()


def _curve(pen: Any, balance: Sequence[float]) -> None:
    if len(balance) < 2:  # noqa: PLR2004 - a line needs two points
        return
    top, bottom, right = 262, 548, _PICTURE[0] - _MARGIN
    scaled = _scaled(balance, min(balance), max(balance))
    step = (right - _MARGIN) / (len(scaled) - 1)
    points = [
        (_MARGIN + n * step, bottom - value * (bottom - top)) for n, value in enumerate(scaled)
    ]
    colour = _DARK["gain"] if balance[-1] >= balance[0] else _DARK["loss"]
    pen.line(points, fill=colour, width=4, joint="curve")


def _scaled(values: Sequence[float], lowest: float, highest: float) -> list[float]:
    span = highest - lowest
    return [(value - lowest) / span if span else 0.5 for value in values]


def _line(shares: Sequence[float], height: float, *, flip: bool = True) -> str:
    """Return the points of a line through shares of the height, from left to right."""
    step = WIDTH / max(1, len(shares) - 1)
    return " ".join(
        f"{number * step:.1f},{(1 - share if flip else share) * height:.1f}"
        for number, share in enumerate(shares)
    )


def _shortened(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"
