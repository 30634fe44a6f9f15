"""The typed strategy spec: what blocks, chat and code edit."""
