"""What a spec does on a window of candles, computed without running any code of its author."""
