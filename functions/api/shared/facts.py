"""What a shared result says, as text. Only what is named here leaves: never code, parameters, notes or the owner."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from candlewick.backtests.models import BacktestRun
from candlewick.shares.models import ShareLink
from candlewick.verification.reading import missing_funding

_MOST_PAIRS_NAMED = 6
_NOTHING = "\N{EN DASH}"
_MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure with its name; `tone` is gain, loss or empty."""

    name: str
    text: str
    tone: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    title: str
    strategy: str
    sentence: str
    start: str
    end: str
    is_simulated: bool
    main: tuple[Figure, ...]
    more: tuple[Figure, ...]
    pairs: tuple[tuple[str, str, str, str], ...]  # pair, trades, profit, won
    data: str
    not_recomputed: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What was kept of a verified result, as docs/data-model.md describes it."""

    summary: Mapping[str, Any]
    equity: Mapping[str, Any]
    certificate: Mapping[str, Any]


def facts_of(link: ShareLink, run: BacktestRun, files: Files) -> Facts:
    strategy = f"{run.strategy.name} v{run.strategy.version}"
    return Facts(
        title=link.title or strategy,
        strategy=strategy,
        sentence=_sentence(run),
        start=_day(run.spec.start),
        end=_day(_last_moment(run)),
        is_simulated=run.is_simulated,
        main=tuple(_main(run)),
        more=tuple(_more(run, files)),
        pairs=tuple(_pairs(files.summary)),
        data=_data(files.certificate, run.spec.stake_currency),
        not_recomputed=tuple(str(each) for each in files.summary.get("notRecomputed", ())),
    )


def percent(ratio: float | None, *, sign: bool = False) -> str:
    return _NOTHING if ratio is None else f"{_number(ratio * 100, 2, sign=sign)} %"


def profit_of(run: BacktestRun) -> float | None:
    """Return what the wallet gained, a fraction; open positions count at their last price."""
    final = _value(run, "final_balance")
    return None if final is None else final / float(run.spec.wallet) - 1


def _sentence(run: BacktestRun) -> str:
    spec = run.spec
    named = ", ".join(spec.pairs[:_MOST_PAIRS_NAMED])
    left = len(spec.pairs) - _MOST_PAIRS_NAMED
    pairs = f"{named} and {left} more" if left > 0 else named
    fee = "the exchange's fee" if spec.fee is None else f"a fee of {percent(float(spec.fee))}"
    market = "futures" if spec.trading_mode.value == "futures" else "spot"
    return (
        f"{pairs} on {spec.exchange} ({market}), {spec.timeframe} candles, {_day(spec.start)} to {_day(_last_moment(run))}; "
        f"a wallet of {spec.wallet:,} {spec.stake_currency}, at most {spec.max_open_trades} open trades, {fee}."
    )


def _last_moment(run: BacktestRun) -> datetime:
    return run.spec.until - timedelta(seconds=1)


def _main(run: BacktestRun) -> Sequence[Figure]:
    profit, drawdown = profit_of(run), _value(run, "max_drawdown")
    trades = _value(run, "total_trades")
    return (
        Figure("Profit", percent(profit, sign=True), _tone(profit)),
        Figure("Drawdown", percent(None if drawdown is None else -drawdown), "loss"),
        Figure("Won", percent(_value(run, "winrate"))),
        Figure("Profit factor", _profit_factor(run)),
        Figure("Sharpe", _plain(_value(run, "sharpe"))),
        Figure("Closed trades", _NOTHING if trades is None else f"{trades:,.0f}"),
    )


def _profit_factor(run: BacktestRun) -> str:
    # Without a losing trade Freqtrade writes 0, which reads like the opposite.
    if _value(run, "winrate") == 1:
        return "no loss"
    return _plain(_value(run, "profit_factor"))


def _more(run: BacktestRun, files: Files) -> Sequence[Figure]:
    currency, period = run.spec.stake_currency, files.summary["period"]
    held = files.equity["buyAndHold"]
    holding = held[-1] / float(run.spec.wallet) - 1 if held else None
    found = (
        Figure("Final balance", _money(_value(run, "final_balance"), currency)),
        Figure("Profit of closed trades", _money(_value(run, "profit_total_abs"), currency)),
        Figure("Profit a year, compounded", percent(_value(run, "cagr"), sign=True)),
        Figure("Sortino", _plain(_value(run, "sortino"))),
        Figure("Calmar", _plain(_value(run, "calmar"))),
        Figure("Expectancy ratio", _plain(_value(run, "expectancy_ratio"))),
        Figure("Days", _plain(period["days"], 0)),
        Figure("Holding the pairs instead", percent(holding, sign=True)),
        Figure("Trades left open", _plain(_value(run, "left_open"), 0)),
    )
    return [figure for figure in found if figure.text != _NOTHING]


def _pairs(summary: Mapping[str, Any]) -> Sequence[tuple[str, str, str, str]]:
    rows = summary["verified"]["tables"]["pairs"]
    return [
        (
            str(row["key"]),
            _plain(row["figures"].get("total_trades"), 0),
            percent(row["figures"].get("profit_total"), sign=True),
            percent(row["figures"].get("winrate")),
        )
        for row in rows
    ]


def _data(certificate: Mapping[str, Any], currency: str) -> str:
    pairs = certificate.get("pairs", ())
    if not pairs:
        return "No certificate of its candles was kept."
    candles = sum(pair["candles"] for pair in pairs)
    missing = sum(pair["missing"] for pair in pairs)
    profit = certificate.get("profit", {})
    text = f"{candles:,} candles, {missing:,} missing"
    funding = missing_funding(certificate)
    if funding.times:
        lacking = funding.of_trades(currency)
        text += f"; funding missing {funding.times:,} times and taken as 0"
        text += lacking and f", {lacking}"
    touched = profit.get("affectedTrades", 0)
    if not touched:
        return f"{text}; no trade rests on bad data."
    rest = _money(profit.get("unaffected"), currency)
    return f"{text}; {touched:,} trades rest on bad data, without them the profit is {rest}."


def _value(run: BacktestRun, name: str) -> float | None:
    found = {} if run.result is None else run.result.headline
    value = found.get(name)
    return float(value) if isinstance(value, int | float) else None


def _tone(value: float | None) -> str:
    return "" if not value else "gain" if value > 0 else "loss"


def _plain(value: float | None, digits: int = 2) -> str:
    return _NOTHING if value is None else _number(value, digits)


def _money(value: float | None, currency: str) -> str:
    return _NOTHING if value is None else f"{_number(value, 2)} {currency}"


def _number(value: float, digits: int, *, sign: bool = False) -> str:
    text = f"{value:{'+' if sign else ''},.{digits}f}"
    return text.replace("-", _MINUS)


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%b %Y}"
