"""BigQuery for tests: `bqemulator`, which runs on DuckDB, in an environment of its own."""
