"""The untrusted side: Freqtrade and the strategy, behind one door."""
