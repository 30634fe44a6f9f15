"""Understands strategies told in plain English, by a grammar and without a model: the same answer for ever."""
