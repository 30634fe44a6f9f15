"""What a run's chart shows beside candles: the strategy's plot configuration and its indicators.

The untrusted child puts two members into the result archive:

- `PLOT_MEMBER`: a `ClaimedPlot` as JSON;
- `VALUES_MEMBER`: little-endian float32 without any framing: pair by pair, column by column, row by row, as
  `ClaimedPlot.pairs` says. Nothing in it has to be parsed, so nothing in it can mislead a parser.

The verifier turns them into one `StoredPlot` and one feather file a pair.
"""

from typing import Annotated, Literal

from pydantic import Field

from candlewick.backtests.wire import Wire

PLOT_MEMBER = "candlewick_plot.json"
VALUES_MEMBER = "candlewick_indicators.f32"
PLOT_FILE = "plot.json"

MAX_VALUES_BYTES = 64 * 1024 * 1024
MAX_COLUMNS = 32
MAX_DEFAULTS = 12
VALUE_BYTES = 4
SIGNALS = ("enter_long", "exit_long", "enter_short", "exit_short")

_COLOUR = r"^(#[0-9a-fA-F]{3,8}|[a-zA-Z]{3,30}|rgba?\([0-9., %]{5,40}\))$"

ColumnName = Annotated[str, Field(pattern=r"^[^\x00-\x1f\x7f]{1,64}$")]
Colour = Annotated[str, Field(pattern=_COLOUR)]
Timestamp = Annotated[int, Field(ge=0, le=32_503_680_000_000)]  # milliseconds, up to the year 3000


class Style(Wire):
    """How a column is drawn: Freqtrade's keys that a chart of candles can follow."""

    color: Colour | None = None
    type: Literal["line", "bar", "scatter"] = "line"
    fill_to: ColumnName | None = None
    fill_label: Annotated[str, Field(max_length=64)] | None = None
    fill_color: Colour | None = None


Lines = Annotated[dict[ColumnName, Style], Field(max_length=MAX_COLUMNS)]


class PlotConfig(Wire):
    """Freqtrade's `plot_config`: lines over the candles, and panes below them by title."""

    main_plot: Lines = Field(default_factory=dict)
    subplots: dict[ColumnName, Lines] = Field(default_factory=dict, max_length=MAX_COLUMNS)

    def columns(self) -> list[str]:
        """Return every column that is drawn, each once, in the order of drawing."""
        groups = [self.main_plot, *self.subplots.values()]
        named = (
            name
            for group in groups
            for column, style in group.items()
            for name in (column, style.fill_to)
        )
        return list(dict.fromkeys(name for name in named if name is not None))


class PairColumns(Wire):
    """Which values there are of a pair: `rows` candles from `start` on, without gaps."""

    pair: Annotated[str, Field(max_length=64)]
    start: Timestamp  # open time of the first candle, in milliseconds
    rows: Annotated[int, Field(ge=0, le=10_000_000)]
    columns: Annotated[list[ColumnName], Field(max_length=MAX_COLUMNS + len(SIGNALS))]

    @property
    def size_bytes(self) -> int:
        return VALUE_BYTES * self.rows * len(self.columns)


LeftOut = Annotated[list[Annotated[str, Field(max_length=2_000)]], Field(max_length=20)]
Pairs = Annotated[list[PairColumns], Field(max_length=1_000)]


class ClaimedPlot(Wire):
    """`isDefault`: the strategy has no plot configuration, so this one was made from its columns."""

    plot_config: PlotConfig = PlotConfig()
    is_default: bool = False
    pairs: Pairs = Field(default_factory=list)
    left_out: LeftOut = Field(default_factory=list)


class StoredPlot(ClaimedPlot):
    """What the verifier let pass; the values of pair n are in `indicators/{n}.feather`."""

    format: Literal[1] = 1
    step: int = 0  # milliseconds between candles


def values_file(number: int) -> str:
    """Return the name of a pair's values below the result's prefix."""
    return f"indicators/{number}.feather"
