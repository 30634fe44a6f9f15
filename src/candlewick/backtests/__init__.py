"""The life of a backtest run, from the request to the verified result."""
