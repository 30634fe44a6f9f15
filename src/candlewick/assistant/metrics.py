"""What the figures of a result mean: told to users, and to the model as a tool's answer."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

_Form = Callable[[float], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    name: str
    title: str
    meaning: str
    show: _Form
    words: tuple[str, ...] = ()  # what users also call it


def _percent(value: float) -> str:
    return f"{value * 100:,.2f} %"


def _ratio(value: float) -> str:
    return f"{value:,.2f}"


def _count(value: float) -> str:
    return f"{value:,.0f}"


def _amount(value: float) -> str:
    return f"{value:,.2f}"


METRICS: Mapping[str, Metric] = {
    metric.name: metric
    for metric in (
        Metric(
            name="profit_total",
            title="Total profit",
            meaning="The wallet's gain or loss over the whole period, as a share of the starting balance. It "
            "says nothing about the way there: read it with the maximum drawdown.",
            show=_percent,
            words=("profit", "return", "total return", "gain"),
        ),
        Metric(
            name="profit_total_abs",
            title="Total profit in stake currency",
            meaning="The sum of the profits of all closed trades, fees paid.",
            show=_amount,
            words=("absolute profit", "net profit"),
        ),
        Metric(
            name="final_balance",
            title="Final balance",
            meaning="What the wallet holds at the end of the period, in stake currency.",
            show=_amount,
            words=("balance", "wallet"),
        ),
        Metric(
            name="total_trades",
            title="Closed trades",
            meaning="How many trades were opened and closed. With few of them every other figure is mostly chance.",
            show=_count,
            words=("trades", "number of trades", "trade count"),
        ),
        Metric(
            name="left_open",
            title="Trades left open",
            meaning="Positions that were still open at the end. They are in the balance, but not in the closed trades.",
            show=_count,
            words=("open trades",),
        ),
        Metric(
            name="winrate",
            title="Win rate",
            meaning="The share of closed trades that made a profit. A high one is worth little when the few losses "
            "are large: see the profit factor.",
            show=_percent,
            words=("win rate", "hit rate", "wins"),
        ),
        Metric(
            name="max_drawdown",
            title="Maximum drawdown",
            meaning="The deepest fall of the wallet from a high, as a share of that high: what somebody would have "
            "had to sit through. The next one can be deeper.",
            show=_percent,
            words=("drawdown", "max drawdown", "maximal drawdown", "mdd"),
        ),
        Metric(
            name="profit_factor",
            title="Profit factor",
            meaning="What all winning trades made for each unit that all losing trades lost; below 1 it lost.",
            show=_ratio,
        ),
        Metric(
            name="sharpe",
            title="Sharpe ratio",
            meaning="Return for each unit of its ups and downs. Above 1 is called good; it flatters strategies whose "
            "rare losses did not happen in the period.",
            show=_ratio,
            words=("sharpe ratio",),
        ),
        Metric(
            name="sortino",
            title="Sortino ratio",
            meaning="As the Sharpe ratio, but only downward moves count as risk.",
            show=_ratio,
            words=("sortino ratio",),
        ),
        Metric(
            name="calmar",
            title="Calmar ratio",
            meaning="Return for each unit of the maximum drawdown.",
            show=_ratio,
            words=("calmar ratio",),
        ),
        Metric(
            name="cagr",
            title="Yearly growth (CAGR)",
            meaning="The steady growth for a year that would lead to the same balance. From a few weeks it is an "
            "extrapolation and no more.",
            show=_percent,
            words=("annual growth", "yearly growth", "annual return"),
        ),
        Metric(
            name="expectancy_ratio",
            title="Expectancy ratio",
            meaning="The average outcome of a trade for each unit that a losing trade loses; below 0 it loses over time.",
            show=_ratio,
            words=("expectancy",),
        ),
    )
}
HEADLINE = (
    "profit_total", "final_balance", "total_trades", "winrate", "max_drawdown", "profit_factor", "sharpe", "left_open",
)  # fmt: skip


def find_metric(text: str) -> Metric | None:
    """Return the metric that a user or the model means by `text`."""
    wanted = _plain(text)
    return next((metric for metric in METRICS.values() if wanted in _names(metric)), None)


def _names(metric: Metric) -> Iterator[str]:
    yield from map(_plain, (metric.name, metric.title, *metric.words))


def _plain(text: str) -> str:
    return " ".join(text.lower().replace("_", " ").replace("-", " ").split())
