"""Links under which anybody may look at one result."""
