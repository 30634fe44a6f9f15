"""What operators do: find and repair runs, look after accounts, prove that a backup restores."""
