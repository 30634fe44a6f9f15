"""The marketplace: strategies that can be found, believed, tried and forked. docs/marketplace.md has the whole."""
