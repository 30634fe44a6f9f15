"""Freqtrade without an exchange connection; imported only inside the job, the bot and the CLI."""
