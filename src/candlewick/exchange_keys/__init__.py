"""Exchange keys: checked at the exchange, encrypted, released to a live lease only."""
