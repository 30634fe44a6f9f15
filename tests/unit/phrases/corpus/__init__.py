"""Phrases, and what each of them must be understood as. Also what a model is scored with."""
