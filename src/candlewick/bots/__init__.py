"""Live bots: what a bot is, who may speak for it, and what it did."""
