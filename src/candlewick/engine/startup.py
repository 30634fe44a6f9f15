"""Puts off importing what a backtest never touches: exchanges of ccxt that it does not name, and scipy's statistics.

Whoever touches such a module, a user's strategy too, gets the real one. To be installed before Freqtrade is imported.
"""

import gc
import importlib
import importlib.util
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib.abc import InspectLoader, Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import CodeType, ModuleType
from typing import Any, Final

# What Freqtrade imports when a run needs it, and nearly every run does.
LIKELY: Final = (
    "freqtrade.data.history.datahandlers.featherdatahandler",
    "talib.abstract",
    "technical.qtpylib",
)
_EXCHANGES: Final = frozenset({"ccxt", "ccxt.async_support", "ccxt.pro"})
# Imported by Freqtrade or for it, and used in functions that no backtest calls.
_UNTOUCHED: Final = frozenset({"numpy.f2py", "numpy.testing", "psutil", "scipy.stats"})


@contextmanager
def importing() -> Iterator[None]:
    """Import Freqtrade within it: what can be is put off, and no garbage is looked for where there is none."""
    install()
    was_collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        if was_collecting:
            gc.enable()


def install() -> None:
    """Put it before the interpreter's own finders; a second call changes nothing."""
    if not any(isinstance(finder, _Finder) for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name not in _EXCHANGES and name not in _UNTOUCHED:
            return None
        spec = PathFinder.find_spec(name, path, target)
        if spec is None or not isinstance(spec.loader, InspectLoader):
            return None
        if name in _EXCHANGES:
            spec.loader = _ExchangesLoader(spec.loader)
        else:
            spec.loader = importlib.util.LazyLoader(spec.loader)
        return spec


class _ExchangesLoader(Loader):
    """Runs a package of ccxt without its lines `from ccxt.binance import binance`, and such when they are asked for."""

    def __init__(self, own: InspectLoader) -> None:
        self._own = own

    def __getattr__(self, name: str) -> Any:
        return getattr(self._own, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._own.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        source = self._own.get_source(module.__name__)
        if source is None:
            self._own.exec_module(module)
            return
        line = rf"^from {re.escape(module.__name__)}\.(\w+) import \1\b.*$"
        names = frozenset(re.findall(line, source, re.MULTILINE))
        code: CodeType = compile(
            re.sub(line, "", source, flags=re.MULTILINE), module.__file__ or "", "exec"
        )
        module.__class__ = _package_of(names)
        exec(code, module.__dict__)  # noqa: S102 - the package's own code


def _package_of(names: frozenset[str]) -> type[ModuleType]:
    """Return a kind of module that has a class for each name, from the submodule of that name."""

    class Package(ModuleType):
        def __getattr__(self, name: str) -> Any:
            if name not in names:
                raise AttributeError(f"module {self.__name__!r} has no attribute {name!r}")
            importlib.import_module(f"{self.__name__}.{name}")
            return self.__dict__[name]

        def __setattr__(self, name: str, value: Any) -> None:
            # An import leaves the submodule there; ccxt has the class under that name.
            if name in names and isinstance(value, ModuleType):
                value = getattr(value, name)
            super().__setattr__(name, value)

        def __dir__(self) -> list[str]:
            return sorted({*super().__dir__(), *names})

    return Package
