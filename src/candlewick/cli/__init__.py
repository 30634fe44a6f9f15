"""The candlewick command."""
