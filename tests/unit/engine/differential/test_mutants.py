"""Each condition under which a candle is skipped, broken in turn: the comparison must notice."""

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from freqtrade.persistence import Order
from freqtrade.strategy.strategy_wrapper import strategy_safe_wrapper

from candlewick.engine import exact, orders, trades, wallets
from candlewick.engine.skipping import asking, course, hooks, walk, watching
from candlewick.engine.skipping.asking import Asking
from candlewick.engine.skipping.captures import Captures
from candlewick.engine.skipping.slices import Reached
from candlewick.engine.skipping.trade_copies import _Copied
from candlewick.engine.skipping.walk import Walk
from candlewick.engine.skipping.watching import Watch
from candlewick.engine.skipping.whole_times import WholeTimes
from tests.unit.engine.differential.hook_strategies import HOOKED, WHOLE
from tests.unit.engine.differential.markets import FUTURES_CONFIG, SPOT_CONFIG, TWO_DAYS
from tests.unit.engine.differential.running import difference, run
from tests.unit.engine.differential.strategies import FUTURES, SPOT

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = [pytest.mark.filterwarnings("default"), pytest.mark.timeout(600)]

Break = Callable[[pytest.MonkeyPatch], None]


@dataclass(frozen=True, kw_only=True)
class Mutant:
    """What is broken, and the strategy that meets it."""

    broken: Break
    probe: str
    futures: bool = False


class _Never:
    """An attribute that is false, whatever is set."""

    def __get__(self, *_: Any) -> bool:
        return False

    def __set__(self, *_: Any) -> None:
        pass


def _no_bound(trade: Any) -> float:
    return np.inf if trade.is_short else -np.inf


def _no_target(trade: Any, *_: Any) -> float:
    return -np.inf if trade.is_short else np.inf


def _stop_alone(trade: Any) -> float:
    return float(trade.stop_loss)


def _without(owner: Any, name: str, value: Any) -> Break:
    return lambda patch: patch.setattr(owner, name, value)


def _deaf_to_exits(patch: pytest.MonkeyPatch) -> None:
    own = Watch.__init__

    def made(self: Watch, *args: Any, **kwargs: Any) -> None:
        own(self, *args, **kwargs)
        self._exits = {False: [], True: []}

    patch.setattr(Watch, "__init__", made)


def _one_candle_late(patch: pytest.MonkeyPatch) -> None:
    own = Watch.next_event
    patch.setattr(Watch, "next_event", lambda self, *args: own(self, *args) + 1)


def _within_candles_nothing_begins(patch: pytest.MonkeyPatch) -> None:
    own = Watch.__init__

    def made(self: Watch, *args: Any, **kwargs: Any) -> None:
        own(self, *args, **kwargs)
        self._has_smaller = False

    patch.setattr(Watch, "__init__", made)


def _stacks_nothing(patch: pytest.MonkeyPatch) -> None:
    own = WholeTimes.__init__

    def made(self: WholeTimes, *args: Any) -> None:
        own(self, *args)
        self._stacks = False

    patch.setattr(WholeTimes, "__init__", made)


def _counts_nothing(patch: pytest.MonkeyPatch) -> None:
    own = Walk._refuse_until

    def refuse(self: Walk, now: int) -> None:
        before = self._backtesting.rejected_trades
        own(self, now)
        self._backtesting.rejected_trades = before

    patch.setattr(Walk, "_refuse_until", refuse)


def _refuses_to_the_end(patch: pytest.MonkeyPatch) -> None:
    own = Walk._next_due
    patch.setattr(Walk, "_next_due", lambda self, total: own(self, total + 1))


def _due_alone(self: Walk, now: int) -> list[str]:
    return [pair for pair, due in zip(self._pairs, self._upcoming, strict=True) if due == now]


def _a_bit_more(patch: pytest.MonkeyPatch) -> None:
    own = exact.close_value
    patch.setattr(exact, "close_value", lambda *args: np.nextafter(own(*args), np.inf).item())


def _stakes_a_bit_more(patch: pytest.MonkeyPatch) -> None:
    own = exact.product
    patch.setattr(exact, "product", lambda *args: (own(*args) or 0.0) * (1 + 1e-9))


def _without_tags(**values: Any) -> Any:
    return Order(**values | {"ft_order_tag": None})


def _rows_of_the_next_time(self: Reached, pair: str) -> int:
    begins, count = self._spans[pair]
    return min(max(0, self.now - begins + 1), count)


def _first_return_for_ever(table: dict[int, float], _age: int, _minutes: int) -> Any:
    yield 0, None, table[min(table)] if table else None


MUTANTS = {
    "stops are not looked at": Mutant(
        broken=_without(watching, "_adverse", _no_bound), probe="a close stop"
    ),
    "returns are not looked at": Mutant(
        broken=_without(watching, "_favourable", _no_target), probe="plain"
    ),
    "the first return holds for ever": Mutant(
        broken=_without(watching, "_roi_spans", _first_return_for_ever), probe="many returns"
    ),
    "the first return alone is looked for": Mutant(
        broken=_without(watching, "_nearest", lambda rates, **_: rates[0]), probe="many returns"
    ),
    "the trailing stop stands still": Mutant(
        broken=_without(watching, "_trails_from", lambda *_: np.inf), probe="trailing"
    ),
    "the offset does not count": Mutant(
        broken=_without(watching, "_moves_stop", lambda *_: np.inf),
        probe="trailing beyond an offset only",
    ),
    "exit signals are not heard": Mutant(broken=_deaf_to_exits, probe="exit signals alone"),
    "everything is a candle late": Mutant(broken=_one_candle_late, probe="plain"),
    "the highest rates are forgotten": Mutant(
        broken=_without(Watch, "keep_extremes", lambda *_: None), probe="plain"
    ),
    "entries of one direction only": Mutant(
        broken=_without(
            course, "entries", lambda candles, _: np.flatnonzero(candles.signal("enter_long"))
        ),
        probe="both ways",
        futures=True,
    ),
    "nobody is liquidated": Mutant(
        broken=_without(watching, "_adverse", _stop_alone),
        probe="until it is liquidated",
        futures=True,
    ),
    "hooks of open trades are not called": Mutant(
        broken=_without(hooks, "asked", lambda _: []), probe="its own exits"
    ),
    "the exit hook's old name is not known": Mutant(
        broken=_without(hooks, "_OLD_EXIT", "custom_exit"),
        probe="exits by count, by the hook's old name",
    ),
    "stakes are a bit more": Mutant(broken=_stakes_a_bit_more, probe="plain"),
    "stops are taken to stay": Mutant(
        broken=_without(trades, "_stays", lambda *_, **__: True), probe="trailing"
    ),
    "what waits is not bound": Mutant(
        broken=_without(wallets, "_waits", lambda _: False), probe="entries below the market"
    ),
    "rules are taken to stand": Mutant(
        broken=_without(Walk, "_plan_anew", lambda *_: None), probe="changes its mind"
    ),
    "callbacks see other pairs as they were": Mutant(
        broken=_without(Walk, "_tell_all", lambda *_: None), probe="looks around"
    ),
    "pairs that pass are not noted": Mutant(
        broken=_without(Walk, "_capture", lambda *_: None), probe="plain"
    ),
    "pairs that pass are not asked": Mutant(
        broken=_without(Walk, "_pass", lambda *_: True), probe="exits by count"
    ),
    "the wallet of a gap is not noted": Mutant(
        broken=_without(Captures, "gap", lambda *_: None), probe="plain"
    ),
    "nothing is begun": Mutant(
        broken=_without(hooks, "starts_each_time", lambda _: []), probe="looks at each loop"
    ),
    "a stop's answer is not heard": Mutant(
        broken=_without(asking, "_stays", lambda *_: True), probe="a stop that follows"
    ),
    "a return's answer is not heard": Mutant(
        broken=_without(Asking, "_roi_is_out_of_reach", lambda *_: True),
        probe="returns by the hour",
    ),
    "returns are asked for with an entry signal": Mutant(
        broken=_without(Asking, "_asks_for_roi", lambda self, _: self._strategy.use_custom_roi),
        probe="returns but with an entry signal",
    ),
    "an exit's answer is not heard": Mutant(
        broken=_without(Asking, "_stays_in", lambda *_: True), probe="its own exits"
    ),
    "a position's answer is not heard": Mutant(
        broken=_without(Asking, "_adjusts_nothing", lambda *_: True),
        probe="a position that changes",
    ),
    "hooks are asked twice": Mutant(
        broken=_without(
            Asking, "_wrapper", lambda _, *args, **kwargs: strategy_safe_wrapper(*args, **kwargs)
        ),
        probe="exits by count",
    ),
    "what a hook has changed stays changed": Mutant(
        broken=_without(Asking, "_put_back", lambda *_: None),
        probe="changes its rules while asked",
    ),
    "trades are taken to stand": Mutant(
        broken=_without(hooks, "terms", lambda _: ()), probe="changes the trades themselves"
    ),
    "hooks see pairs a candle early": Mutant(
        broken=_without(Reached, "rows", _rows_of_the_next_time), probe="looks at others"
    ),
    "copies are given again though they were kept": Mutant(
        broken=_without(_Copied, "still_holds", lambda *_: True), probe="keeps its copies"
    ),
    "refused signals are not counted": Mutant(broken=_counts_nothing, probe="one trade at a time"),
    "signals at the last time are refused": Mutant(
        broken=_refuses_to_the_end, probe="one trade at a time, always a signal"
    ),
    "locked pairs are refused": Mutant(
        broken=_without(walk, "PairLocks", SimpleNamespace(locks=[])),
        probe="one trade at a time, pairs locked",
    ),
    "what is refused is not kept": Mutant(
        broken=lambda patch: patch.setattr(Walk, "_keeps_refused", _Never(), raising=False),
        probe="one trade at a time, signals kept",
    ),
    "coins are not noted when others are due": Mutant(
        broken=_without(Walk, "_turns", _due_alone), probe="plain"
    ),
    "trades are worth a bit more": Mutant(broken=_a_bit_more, probe="plain"),
    "orders have no tags": Mutant(broken=_without(orders, "make", _without_tags), probe="plain"),
    "the next return begins with a candle": Mutant(
        broken=_within_candles_nothing_begins,
        probe="detail candles, returns within the hour",
    ),
    "stacked positions have no entries": Mutant(broken=_stacks_nothing, probe="stacks positions"),
    "profits are rounded otherwise": Mutant(
        broken=_without(asking, "profit_ratio", lambda trade, rate: rate / trade.open_rate - 1),
        probe="its own exits",
    ),
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_broken_condition_is_noticed(
    name: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    mutant = MUTANTS[name]
    data: Path = request.getfixturevalue("futures_data" if mutant.futures else "spot_data")
    probe = (FUTURES if mutant.futures else SPOT | HOOKED | WHOLE)[mutant.probe]
    days = {} if mutant.futures or mutant.probe in SPOT else TWO_DAYS
    config = (FUTURES_CONFIG if mutant.futures else SPOT_CONFIG) | days | dict(probe.config)
    stock = run(config, probe.source(), data, skips=False)

    mutant.broken(monkeypatch)
    broken = run(config, probe.source(), data, skips=True)

    assert difference(stock, broken) != ""
