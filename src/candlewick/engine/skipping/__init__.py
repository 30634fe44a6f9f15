"""Freqtrade's Backtesting, shown only the candles in which something can happen: see docs/engine.md."""
