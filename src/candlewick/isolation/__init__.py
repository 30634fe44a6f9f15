"""How the untrusted child is shut in: one interface, several drivers."""
