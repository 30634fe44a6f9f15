"""From candles as an exchange gives them to candles that a backtest may rest on, step by step; docs/market-data.md has the rules."""
