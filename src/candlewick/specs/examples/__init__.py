"""Strategies that people know, as specs: to begin from, and to see what blocks can say."""
