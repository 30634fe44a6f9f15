"""Service accounts for one machine: key files, access tokens, ID tokens, worth nothing elsewhere."""
