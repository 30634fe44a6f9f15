"""Watching listings, and being told what they did."""
