"""Brings an exchange's candles into the store by Freqtrade's own downloader: what was missing since the last time."""
