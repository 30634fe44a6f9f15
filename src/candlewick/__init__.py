"""Code that at least two deployables of Candlewick need."""
