"""The two ways in which the stack ends before it is told to."""


class Problem(Exception):
    """Something must be put right first; one line says what. Exit code 2."""


class Crash(Exception):
    """A service died; the text has the end of its log. Exit code 1."""
