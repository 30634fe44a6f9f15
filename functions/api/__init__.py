"""The public JSON API: one Flask blueprint per resource."""
