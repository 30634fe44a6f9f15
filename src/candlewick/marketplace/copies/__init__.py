"""Finds strategies that are copies of listed ones, under whatever names."""
