"""The restore drill: copies a database into a new one and proves that nothing is missing or changed."""
