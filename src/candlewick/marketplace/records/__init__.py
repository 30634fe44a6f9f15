"""Authors' track records: what became of everything that they ever published."""
