"""What can be computed from candles: the registry that menus, prompts, compiler and charts draw on."""
