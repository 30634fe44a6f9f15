"""The market-data job: pulls candles of a universe into the store, a share of it in each task."""
