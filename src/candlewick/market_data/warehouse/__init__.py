"""The same candles in BigQuery, for questions that need SQL."""
