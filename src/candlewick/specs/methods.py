"""The methods that Freqtrade calls for open trades, as text with places for numbers (`N_…`).

The same text is what code is compared with on the way back.
"""

import ast
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from candlewick.specs.base import Number
from candlewick.specs.layout import STEP, WIDTH, broken, flat
from candlewick.specs.models import StrategySpec
from candlewick.specs.risk import RiskedShare
from candlewick.specs.syntax import number

_STOP_HEAD = '''\
def custom_stoploss(
    self,
    pair: str,
    trade: Trade,
    current_time: datetime,
    current_rate: float,
    current_profit: float,
    after_fill: bool,
    **kwargs,
) -> float | None:
    """Return how far below the price the stop lies; it only ever comes nearer."""
    stops = []
'''
_STEPS = """\
    for profit, lock in N_steps:
        if current_profit >= profit:
            stops.append(
                stoploss_from_open(
                    lock, current_profit, trade.is_short, trade.leverage
                )
            )
"""
_RANGE = """\
    dataframe, _ = self.dp.get_analyzed_dataframe(pair, self.timeframe)
    width = N_times * dataframe["N_indicator"].iloc[-1]
    stop = current_rate + width if trade.is_short else current_rate - width
    stops.append(
        stoploss_from_absolute(stop, current_rate, trade.is_short, trade.leverage)
    )
"""
_STOP_END = """\
    return min(stops, default=None)
"""
_TIME_STOP = '''\
def custom_exit(
    self,
    pair: str,
    trade: Trade,
    current_time: datetime,
    current_rate: float,
    current_profit: float,
    **kwargs,
) -> str | bool | None:
    """Close a trade that has been open for long without earning enough."""
    minutes_open = (current_time - trade.open_date_utc).total_seconds() / 60
    if minutes_open >= N_minutes and current_profit <= N_unless_above:
        return "time stop"
    return None
'''
_STAKE_HEAD = """\
def custom_stake_amount(
    self,
    pair: str,
    current_time: datetime,
    current_rate: float,
    proposed_stake: float,
    min_stake: float | None,
    max_stake: float,
    leverage: float,
    entry_tag: str | None,
    side: str,
    **kwargs,
) -> float:
"""
_SHARE = '''\
    """Scale the stake of the run's settings."""
    return min(proposed_stake * N_share, max_stake)
'''
_RISKED = '''\
    """Stake what loses the accepted share of the wallet at the stop loss."""
    accepted = self.wallets.get_total_stake_amount() * N_share
    return min(accepted / abs(self.stoploss), max_stake)
'''
_ADDED = '''\
def adjust_trade_position(
    self,
    trade: Trade,
    current_time: datetime,
    current_rate: float,
    current_profit: float,
    min_stake: float | None,
    max_stake: float,
    current_entry_rate: float,
    current_exit_rate: float,
    current_entry_profit: float,
    current_exit_profit: float,
    **kwargs,
) -> float | tuple[float | None, str | None] | None:
    """Add to a trade that has lost so much, in steps of the first stake."""
    steps = N_added
    done = trade.nr_of_successful_entries - 1
    if trade.has_open_orders or done >= len(steps):
        return None
    drop, size = steps[done]
    if current_profit > -drop:
        return None
    first = trade.select_filled_orders(trade.entry_side)[0]
    return min(first.stake_amount * size, max_stake), f"step {done + 1}"
'''
_LEVERAGE = '''\
def leverage(
    self,
    pair: str,
    current_time: datetime,
    current_rate: float,
    proposed_leverage: float,
    max_leverage: float,
    entry_tag: str | None,
    side: str,
    **kwargs,
) -> float:
    """Return the leverage of a new trade, as far as the exchange allows it."""
    return min(N_leverage, max_leverage)
'''


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method's text, what stands in its places."""

    name: str
    text: str
    numbers: Mapping[str, Number]
    pairs: Mapping[str, tuple[tuple[Number, Number], ...]]  # lists of two numbers each
    words: Mapping[str, str]


def stop_text(*, steps: bool, ranged: bool) -> str:
    return _STOP_HEAD + (_STEPS if steps else "") + (_RANGE if ranged else "") + _STOP_END


TEXTS: Mapping[str, tuple[str, ...]] = {
    "custom_stoploss": (
        stop_text(steps=True, ranged=False),
        stop_text(steps=False, ranged=True),
        stop_text(steps=True, ranged=True),
    ),
    "custom_exit": (_TIME_STOP,),
    "custom_stake_amount": (_STAKE_HEAD + _SHARE, _STAKE_HEAD + _RISKED),
    "adjust_trade_position": (_ADDED,),
    "leverage": (_LEVERAGE,),
}


def methods(spec: StrategySpec) -> list[Method]:
    """Return the methods that the spec's risk and position ask for, in their order in the class."""
    made = (maker(spec) for maker in _MAKERS)
    return [method for method in made if method is not None]


def _stop(spec: StrategySpec) -> Method | None:
    steps, ranged = spec.risk.steps, spec.risk.range_stop
    if not steps and ranged is None:
        return None
    return Method(
        name="custom_stoploss",
        text=stop_text(steps=bool(steps), ranged=ranged is not None),
        numbers={} if ranged is None else {"times": ranged.times},
        pairs={"steps": tuple((step.profit, step.lock) for step in steps)} if steps else {},
        words={} if ranged is None else {"indicator": ranged.indicator},
    )


def _time_stop(spec: StrategySpec) -> Method | None:
    stop = spec.risk.time_stop
    if stop is None:
        return None
    return Method(
        name="custom_exit",
        text=_TIME_STOP,
        numbers={"minutes": stop.minutes, "unless_above": stop.unless_above},
        pairs={},
        words={},
    )


def _stake(spec: StrategySpec) -> Method | None:
    size = spec.position.size
    if size is None:
        return None
    return Method(
        name="custom_stake_amount",
        text=_STAKE_HEAD + (_RISKED if isinstance(size, RiskedShare) else _SHARE),
        numbers={"share": size.share},
        pairs={},
        words={},
    )


def _added(spec: StrategySpec) -> Method | None:
    added = spec.position.added
    if not added:
        return None
    pairs = {"added": tuple((step.drop, step.size) for step in added)}
    return Method(
        name="adjust_trade_position",
        text=_ADDED,
        numbers={},
        pairs=pairs,
        words={},
    )


def _leverage(spec: StrategySpec) -> Method | None:
    leverage = spec.position.leverage
    if leverage is None:
        return None
    return Method(
        name="leverage", text=_LEVERAGE, numbers={"leverage": leverage}, pairs={}, words={}
    )


_MAKERS: tuple[Callable[[StrategySpec], Method | None], ...] = (
    _stop,
    _time_stop,
    _stake,
    _added,
    _leverage,
)


def method_text(method: Method) -> str:
    """Return the method's text with its numbers filled in."""
    text = method.text
    for name, value in method.numbers.items():
        text = text.replace(f"N_{name}", flat(number(value)))
    for name, word in method.words.items():
        text = text.replace(f"N_{name}", word)
    for name, pairs in method.pairs.items():
        items = [ast.Tuple(elts=[number(value) for value in pair]) for pair in pairs]
        text = _with_list(text, f"N_{name}", ast.List(elts=list(items)))
    return text.rstrip("\n")


def _with_list(text: str, place: str, items: ast.List) -> str:
    """Put a list into the line that has its place; one that is too long for the line is broken."""
    lines = []
    for line in text.split("\n"):
        start, found, end = line.partition(place)
        inner = flat(items)
        indent = len(line) - len(line.lstrip()) + STEP
        if found and STEP + len(start) + len(inner) + len(end) > WIDTH:
            inner = broken(items, indent).replace(f"\n{' ' * STEP}", "\n")
        lines.append(f"{start}{inner}{end}" if found else line)
    return "\n".join(lines)
