"""Every published version is run again each day on the candles that came after its publication."""
