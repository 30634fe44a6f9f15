"""A payment provider of Stripe's API shape, as far as Candlewick uses it."""
