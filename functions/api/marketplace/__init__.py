"""/api/v1/marketplace: one module per part of it."""
