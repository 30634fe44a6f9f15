"""The live bot: a trusted supervisor that holds the key, and an untrusted trader that runs Freqtrade and the strategy."""
