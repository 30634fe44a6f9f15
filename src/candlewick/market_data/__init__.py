"""Candles: immutable revisions, their manifest, import and the simulated market."""
