"""Recomputes a backtest's figures from its trades and the platform's own candles."""
