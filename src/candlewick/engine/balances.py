"""What a report says of the wallet: each time's balance is summed once, and all figures are of these sums."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from freqtrade.constants import DATETIME_PRINT_FORMAT
from freqtrade.optimize.optimize_reports import optimize_reports
from numpy.typing import NDArray

from candlewick.engine.figures import Balances, Floats, deviation_of, mean_of, yearly
from candlewick.engine.swaps import is_known

WORTH = "total_quote"

# What Freqtrade's figures are made of.
_PARTS = (
    *("calculate_calmar_from_balance", "calculate_max_drawdown", "calculate_sharpe_from_balance"),
    *("calculate_max_drawdown_from_balance", "calculate_sortino_from_balance"),
)

_stats = optimize_reports.generate_wallet_stats


def add_worth(wallet: pd.DataFrame) -> None:
    """Add the column that Freqtrade's statistics add."""
    if WORTH not in wallet.columns:
        wallet.loc[:, WORTH] = wallet["rate"] * wallet["balance"]


def wallet_stats(wallet: pd.DataFrame | None, stake_currency: str) -> dict[str, Any]:
    """Return what `generate_wallet_stats` returns, and leave the column that it leaves."""
    if (
        wallet is not None
        and not wallet.empty
        and all(is_known(getattr(optimize_reports, name)) for name in _PARTS)
    ):
        add_worth(wallet)
        history = _History.of(wallet)
        if history is not None:
            return history.stats()
    found: dict[str, Any] = _stats(wallet, stake_currency)
    return found


@dataclass(frozen=True, slots=True)
class _History:
    dates: "pd.Series[Any]"
    totals: Floats
    balances: Balances

    @classmethod
    def of(cls, wallet: pd.DataFrame) -> "_History | None":
        """Return nothing where dates are in no order or few, or balances are nothing to divide by.

        For dates in order pandas sums by this very function.
        """
        dates, worth = wallet["date"], wallet[WORTH].to_numpy()
        if not _is_plain(dates, worth):
            return None
        moments = dates.array.asi8
        begins = np.flatnonzero(np.concatenate([[True], moments[1:] != moments[:-1]]))
        totals = np.add.reduceat(worth, begins)
        if len(totals) == 1 or not (totals != 0).all():
            return None
        balances = Balances.after(np.diff(totals, prepend=totals[0]), float(totals[0]))
        return cls(dates.iloc[begins], totals, balances) if balances.are_finite() else None

    def stats(self) -> dict[str, Any]:
        low, high = int(np.argmin(self.totals)), int(np.argmax(self.totals))
        fallen = self.balances.drawdown(self._date, relative=False)
        underwater = self.balances.drawdown(self._date, relative=True)
        lasted = fallen.low_date - fallen.high_date
        return {
            "start_balance": self.totals[0],
            "end_balance": self.totals[-1],
            "high_balance": self.totals[high],
            "low_balance": self.totals[low],
            **self._ratios(fallen.relative_account_drawdown),
            **_moment("low_date", "low_ts", self._date(low)),
            **_moment("high_date", "high_ts", self._date(high)),
            "max_drawdown_account": fallen.relative_account_drawdown,
            "max_relative_drawdown": underwater.relative_account_drawdown,
            "max_drawdown_abs": fallen.drawdown_abs,
            **_moment("drawdown_start", "drawdown_start_ts", fallen.high_date),
            **_moment("drawdown_end", "drawdown_end_ts", fallen.low_date),
            "drawdown_duration": lasted,
            "drawdown_duration_s": lasted.total_seconds(),
            "max_drawdown_low": fallen.low_value,
            "max_drawdown_high": fallen.high_value,
        }

    def _date(self, row: int) -> Any:
        return self.dates.iloc[row]

    def _ratios(self, share: Any) -> dict[str, float]:
        start, end = float(self.totals[0]), float(self.totals[-1])
        days = max(1, (self._date(-1) - self._date(0)).days)
        returns = self._daily_returns()
        lost = returns[returns < 0]
        mean = mean_of(returns) if len(returns) else 0.0
        return {
            "sharpe": yearly(mean, deviation_of(returns)) if len(returns) else 0.0,
            "sortino": yearly(mean, deviation_of(lost)) if len(returns) else 0.0,
            "calmar": yearly((end - start) / start / days * 100, share),
        }

    def _daily_returns(self) -> Floats:
        moments = self.dates.array.asi8.view(f"M8[{self.dates.dt.unit}]")
        days = moments.astype("M8[D]")
        last = self.totals[np.flatnonzero(np.append(days[1:] != days[:-1], [True]))]
        found: Floats = last[1:] / last[:-1] - 1
        return found


def _moment(date: str, stamp: str, at: Any) -> dict[str, Any]:
    return {date: at.strftime(DATETIME_PRINT_FORMAT), stamp: int(at.timestamp() * 1000)}


def _is_plain(dates: "pd.Series[Any]", worth: NDArray[Any]) -> bool:
    if not isinstance(dates.dtype, pd.DatetimeTZDtype) or str(dates.dtype.tz) != "UTC":
        return False
    moments = dates.array.asi8
    return (
        worth.dtype == np.float64
        and bool(np.isfinite(worth).all())
        and bool((moments[1:] >= moments[:-1]).all())
    )
