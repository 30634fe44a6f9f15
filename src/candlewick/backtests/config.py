"""A backtest specification as Freqtrade's configuration."""

from datetime import datetime

from pydantic import JsonValue

from candlewick.backtests.models import BacktestSpec, TradingMode


def freqtrade_config(
    spec: BacktestSpec, class_name: str, *, rules_of: str | None = None
) -> dict[str, JsonValue]:
    """Return the configuration without paths, which are the job's business.

    `rules_of` is the exchange that Freqtrade is told, where the candles have a name that it does not know.

    Freqtrade includes the candle at the end of a time range; ours is exclusive, hence one second less.
    Numbers become floats because Freqtrade's schema knows no other; the specification keeps the decimals.
    """
    config: dict[str, JsonValue] = {
        "strategy": class_name,
        "dry_run": True,
        "trading_mode": spec.trading_mode.value,
        "margin_mode": "isolated" if spec.trading_mode is TradingMode.FUTURES else "",
        "stake_currency": spec.stake_currency,
        "stake_amount": "unlimited" if spec.stake_amount is None else float(spec.stake_amount),
        "dry_run_wallet": float(spec.wallet),
        "max_open_trades": spec.max_open_trades,
        "timeframe": spec.timeframe,
        "timerange": f"{_epoch(spec.start)}-{_epoch(spec.until) - 1}",
        "enable_protections": spec.enable_protections,
        "exchange": {
            "name": rules_of or spec.exchange,
            "pair_whitelist": list(spec.pairs),
            "pair_blacklist": [],
        },
        "pairlists": [{"method": "StaticPairList"}],
        # No backtest reads these, but Freqtrade checks them: some futures have no prices but the order book's.
        "entry_pricing": {"price_side": "same", "use_order_book": True},
        "exit_pricing": {"price_side": "same", "use_order_book": True},
        "export": "trades",
        "dataformat_ohlcv": "feather",
    }
    if spec.timeframe_detail is not None:
        config["timeframe_detail"] = spec.timeframe_detail
    if spec.fee is not None:
        config["fee"] = float(spec.fee)
    return config


def _epoch(moment: datetime) -> int:
    return int(moment.timestamp())
