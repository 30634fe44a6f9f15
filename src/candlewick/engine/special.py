"""Scipy's `stdtr` from the extension that holds it: its packages import arrays, documentation and linear algebra first."""

import importlib
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

_PACKAGES = ("scipy.linalg", "scipy.special")


@cache
def student_t() -> Callable[[Any, Any], Any]:
    """Return the function itself. Whoever imports `scipy.special` later gets all of it."""
    package = sys.modules.get("scipy.special")
    if package is None or not hasattr(package, "stdtr"):
        import scipy  # noqa: PLC0415 - only a result with trades needs it

        with _bare_packages(Path(scipy.__file__).parent):
            package = importlib.import_module("scipy.special._ufuncs")
    found: Callable[[Any, Any], Any] = package.stdtr
    return found


@contextmanager
def _bare_packages(folder: Path) -> Iterator[None]:
    """Let submodules be found without their packages having run; none of either is left to be found."""
    missing = [name for name in _PACKAGES if name not in sys.modules]
    before = set(sys.modules)
    for name in missing:
        bare = ModuleType(name)
        bare.__path__ = [str(folder / name.partition(".")[2])]
        sys.modules[name] = bare
    try:
        yield
    finally:
        for name in set(sys.modules) - before:
            if name.startswith(tuple(missing)):
                del sys.modules[name]
