"""The chat about a strategy: conversations, what answers in them, and what that may use up."""
