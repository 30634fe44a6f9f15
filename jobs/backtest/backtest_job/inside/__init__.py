"""What runs inside the sandbox; imports nothing of the supervisor."""
