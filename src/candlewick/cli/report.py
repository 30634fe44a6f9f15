"""A run in the terminal: its progress while it works, its verified figures when it is done."""

from datetime import UTC, datetime

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from candlewick.cli.api import Api, JsonObject

_TRADES_SHOWN = 8
_METRICS = (
    ("Trades", "total_trades", "count"),
    ("Profit", "profit_total", "percent"),
    ("Win rate", "winrate", "percent"),
    ("Profit factor", "profit_factor", "ratio"),
    ("Max drawdown (balance)", "max_drawdown", "percent"),
    ("CAGR", "cagr", "percent"),
    ("Sharpe", "sharpe", "ratio"),
    ("Sortino", "sortino", "ratio"),
    ("Calmar", "calmar", "ratio"),
    ("Expectancy ratio", "expectancy_ratio", "ratio"),
    ("Positions left open", "left_open", "count"),
)


def follow(api: Api, run: JsonObject, console: Console) -> JsonObject:
    """Show a run's progress until it is over; return its last state."""
    columns = (
        TextColumn("{task.description:<28}"), BarColumn(), TaskProgressColumn(), TimeElapsedColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console, transient=True) as progress:
        bar = progress.add_task("queued", total=1.0)
        current = run
        for current in api.watch(run["id"]):
            found = current["progress"] or {"phase": "", "fraction": 0.0}
            words = f"{current['state']} {found['phase']}".replace("_", " ").strip()
            progress.update(bar, description=words, completed=found["fraction"])
    return current


def print_result(api: Api, run: JsonObject, console: Console) -> None:
    """Print a run's figures, or why it has none."""
    if run["state"] != "succeeded":
        _print_failure(run, console)
        return
    console.print(_heading(run))
    console.print(_metrics(run))
    trades = api.get(f"/backtests/{run['id']}/trades")["trades"]
    console.print(_trades(trades))
    summary = api.get(f"/backtests/{run['id']}/summary")
    for position in summary["leftOpen"]:
        console.print(
            f"[yellow]Still open:[/] {position['amount']:g} {position['pair']} "
            f"bought at {position['averageEntry']:g}. {position['why']}"
        )
    reported = summary["reported"]["finalBalance"]
    ours = summary["period"]["finalBalance"]
    if summary["leftOpen"]:
        console.print(f"Final balance {ours:.8g}; Freqtrade's own report says {reported:.8g}.")


def percent(value: float | None) -> str:
    return "" if value is None else f"{value:+.2%}"


def _heading(run: JsonObject) -> str:
    strategy, spec = run["strategy"], run["spec"]
    market = "[magenta]the simulated market[/]" if run["isSimulated"] else spec["exchange"]
    span = f"{spec['start'][:10]} to {spec['end'][:10]}"
    return (
        f"[bold]{strategy['name']}[/] v{strategy['version']} on {market}, {spec['timeframe']}, {span}  "
        "[green]✓ verified[/]"
    )


def _metrics(run: JsonObject) -> Table:
    spec, figures = run["spec"], run["headline"]
    table = Table(show_header=False)
    table.add_column(style="dim")
    table.add_column(justify="right")
    for label, name, kind in _METRICS:
        table.add_row(label, _shown(figures[name], kind))
    currency = spec["stakeCurrency"]
    table.add_row("Final balance", f"{figures['final_balance']:.8g} {currency}")
    table.add_row("Run identity", run["identity"][:16] + "…")
    if run["servedFrom"]:
        table.add_row("Served from", f"{run['servedFrom']} (same inputs, known result)")
    return table


def _shown(value: float, kind: str) -> str:
    if kind == "percent":
        return f"{value:.2%}"
    return f"{value:.2f}" if kind == "ratio" else f"{value:,}"


def _trades(trades: list[JsonObject]) -> Table:
    table = Table("#", "Pair", "Opened", "Profit", "Run-up", "Drawdown", "Exit")
    shown = trades[:_TRADES_SHOWN]
    for trade in shown:
        profit = trade["profitRatio"]
        colour = "dim" if profit is None else "green" if profit >= 0 else "red"
        table.add_row(
            str(trade["number"]),
            trade["pair"],
            _minute(trade["openedAt"]),
            f"[{colour}]{percent(profit) or 'open'}[/]",
            percent(trade["runUp"]),
            percent(trade["drawdown"]),
            trade["exitReason"] or "",
        )
    if len(trades) > len(shown):
        table.caption = f"{len(trades) - len(shown)} more"
    return table


def _minute(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1_000, UTC).strftime("%Y-%m-%d %H:%M")


def _print_failure(run: JsonObject, console: Console) -> None:
    failure = run["failure"]
    if failure is None:
        console.print(f"The backtest is {run['state']}.")
        return
    console.print(f"[red]{failure['kind'].replace('_', ' ')}[/]: {failure['message']}")
    for line in failure["traceback"]:
        console.print(f"  line {line['line']} in {line['function']}: {line['code']}", markup=False)
