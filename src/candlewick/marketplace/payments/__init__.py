"""Selling strategies: purchases at a payment provider, entitlements, and the ledger."""
