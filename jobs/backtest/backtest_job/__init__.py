"""The backtest job: a trusted supervisor around an untrusted child that runs Freqtrade."""
