"""What people who ran a strategy say about it."""
