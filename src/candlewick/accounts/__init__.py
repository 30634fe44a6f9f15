"""Who a caller is, what they may use, and their API tokens."""
