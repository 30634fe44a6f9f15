"""Computes the pairs' frames on every processor, where a strategy's functions provably depend on nothing else."""
