"""Short forms in which the registry's tables are written."""

from collections.abc import Callable

from candlewick.indicators.models import Output, Pane, Setting, Values

PRICE, OWN = Pane.PRICE, Pane.OWN
_LONGEST = 500


def length(
    default: int, *, low: int = 2, high: int = _LONGEST, keyword: str = "timeperiod"
) -> Setting:
    return setting("length", "Length", keyword, default, (low, high))


def setting(
    name: str, title: str, keyword: str, default: float, bounds: tuple[float, float]
) -> Setting:
    return Setting(
        name=name, title=title, keyword=keyword, default=default, low=bounds[0], high=bounds[1]
    )


def period(name: str, title: str, keyword: str, default: int, low: int = 2) -> Setting:
    return setting(name, title, keyword, default, (low, _LONGEST))


def one(pane: Pane, title: str = "Value") -> tuple[Output, ...]:
    return (Output(name="", title=title, pane=pane),)


def many(pane: Pane, **titles: str) -> tuple[Output, ...]:
    return tuple(Output(name=name, title=title, pane=pane) for name, title in titles.items())


def before(name: str, factor: float = 1, extra: int = -1) -> Callable[[Values], int]:
    """Return a warm-up of so many times a setting, and some candles more or less."""
    return lambda values: max(0, int(values[name] * factor) + extra)


def ema(name: str) -> Callable[[Values], int]:
    """Return after how many candles an exponential average has forgotten what was before them."""
    return before(name, 4, 10)


def wilder(name: str, times: int = 1) -> Callable[[Values], int]:
    """Return the same of Wilder's averages, which forget half as fast, for so many in a row."""
    return before(name, 5 + 3 * times, 10)


def fixed(candles: int) -> Callable[[Values], int]:
    return lambda _: candles


def slowest(*names: str, factor: float = 1, extra: int = -1) -> Callable[[Values], int]:
    """Return a warm-up of so many times the longest of some settings."""
    return lambda values: int(max(values[name] for name in names) * factor) + extra
