"""Strategies, their immutable versions and the static checks of their code."""
