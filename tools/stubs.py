"""Makes the bundle of Python stubs that the editor's language server knows strategies' modules from.

    python -m tools.stubs web/src/generated/python-stubs.json

The bundle is one JSON object, path → text of a stub. It is made from the pinned, installed packages: their
own stubs where they ship some, else signatures and docstrings of their sources; only what the modules that
a strategy may import can reach.
"""

import ast
import importlib.util
import json
import lzma
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from tools.stub_text import shortened, stub_of

# What a strategy imports. Everything else is in the bundle only when one of these reaches it.
_ROOTS = (
    *("freqtrade.strategy", "freqtrade.persistence", "freqtrade.exchange", "freqtrade.enums"),
    *("freqtrade.data.dataprovider", "freqtrade.vendor.qtpylib.indicators", "freqtrade.wallets"),
    *(
        "pandas",
        "pandas.api.types",
        "numpy",
        "numpy.typing",
        "talib",
        "talib.abstract",
        "talib.stream",
    ),
    *("technical.indicators", "technical.qtpylib", "technical.util", "technical.consensus"),
    *(
        "technical.candles",
        "technical.bouncyhouse",
        "technical.trendline",
        "technical.pivots_points",
    ),
)
# Modules whose own imports lead to half of their package, and to nothing that a strategy calls.
_CLOSED = ("freqtrade.",)
_KEPT_FREQTRADE = (
    *("freqtrade.strategy", "freqtrade.persistence", "freqtrade.enums", "freqtrade.constants"),
    *(
        "freqtrade.data.dataprovider",
        "freqtrade.wallets",
        "freqtrade.vendor.qtpylib",
        "freqtrade.ft_types",
    ),
    "freqtrade.exchange.exchange_utils_timeframe",
    "freqtrade.misc",
    "freqtrade.configuration.timerange",
)
_LEFT_OUT = (
    *(
        "numpy.f2py",
        "numpy.testing",
        "numpy.ma",
        "numpy.polynomial",
        "numpy.distutils",
        "numpy.ctypeslib",
    ),
    *("numpy._core._simd", "numpy.random._examples", "numpy.core", "numpy.typing.tests"),
    *("freqtrade.strategy.strategyupdater", "freqtrade.persistence.migrations"),
    *("freqtrade.persistence.custom_data_middleware",),
)
_PACKAGES = {
    "pandas": "pandas-stubs",
    "numpy": "numpy",
    "talib": "talib",
    "technical": "technical",
    "freqtrade": "freqtrade",
}


@dataclass(frozen=True, slots=True)
class Module:
    """A module's source: its name, its file, and its path in the bundle."""

    name: str
    file: Path
    path: str

    @property
    def is_package(self) -> bool:
        return PurePosixPath(self.path).stem == "__init__"


def main(arguments: list[str]) -> int:
    target = Path(arguments[0])
    bundle = make_bundle(site_packages())
    text = json.dumps(bundle, separators=(",", ":"), sort_keys=True)
    target.parent.mkdir(parents=True, exist_ok=True)
    if not target.exists() or target.read_text() != text:
        target.write_text(text)
    packed = len(lzma.compress(text.encode()))
    sys.stdout.write(f"{len(bundle)} stubs, {len(text) // 1024} KiB, {packed // 1024} KiB packed\n")
    return 0


def site_packages() -> Path:
    found = importlib.util.find_spec("freqtrade")
    if found is None or found.origin is None:
        raise SystemExit("Freqtrade is not installed here; run `make setup`.")
    return Path(found.origin).parents[1]


def make_bundle(installed: Path) -> dict[str, str]:
    """Return path → text of every stub that the roots reach."""
    modules = {module.name: module for module in _modules(installed)}
    texts: dict[str, str] = {}
    waiting = [name for root in _ROOTS for name in _with_parents(root)]
    while waiting:
        module = modules.get(waiting.pop())
        if module is None or module.path in texts:
            continue
        text = _text(module)
        texts[module.path] = text
        waiting += [name for found in _imports(module, text) for name in _with_parents(found)]
    return texts


def _modules(installed: Path) -> Iterator[Module]:
    for package, folder in _PACKAGES.items():
        sources = [*(installed / folder).rglob("*.py"), *(installed / folder).rglob("*.pyi")]
        for file in sources:  # a stub comes later and takes the place of a source
            inside = file.relative_to(installed / folder)
            path = PurePosixPath(package, inside.as_posix()).with_suffix(".pyi")
            parts = (
                path.parent.parts if path.stem == "__init__" else (*path.parent.parts, path.stem)
            )
            name = ".".join(parts)
            if _is_wanted(name):
                yield Module(name, file, str(path))


def _is_wanted(name: str) -> bool:
    if "tests" in name.split(".") or any(_is_within(name, left) for left in _LEFT_OUT):
        return False
    if not name.startswith(_CLOSED):
        return True
    kept = any(_is_within(name, kept) or _is_within(kept, name) for kept in _KEPT_FREQTRADE)
    return kept or name in {"freqtrade.exchange", "freqtrade.data"}


def _is_within(name: str, package: str) -> bool:
    return name == package or name.startswith(f"{package}.")


def _text(module: Module) -> str:
    source = module.file.read_text()
    return shortened(source) if module.file.suffix == ".pyi" else stub_of(source)


def _with_parents(name: str) -> Iterator[str]:
    parts = name.split(".")
    yield from (".".join(parts[: end + 1]) for end in range(len(parts)))


def _imports(module: Module, text: str) -> Iterator[str]:
    """Yield every module that a stub imports, and every name of one that may be a module."""
    package = module.name.split(".") if module.is_package else module.name.split(".")[:-1]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package[: len(package) - node.level + 1] if node.level else []
            base = ".".join([*above, *([node.module] if node.module else [])])
            yield base
            yield from (f"{base}.{alias.name}" for alias in node.names)


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
