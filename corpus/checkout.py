"""In a checkout the four folders can be imported by their bare names too: `from search import open_engine`.

They are then the modules of `kiosque` themselves, never a second copy: classes compare equal, state is shared.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from importlib.util import spec_from_loader
from pathlib import Path
from types import ModuleType

FOLDERS = frozenset(("corpus", "index", "search", "web"))


def alias(folder: str) -> None:
    """Makes the bare name of a folder, and of every module in it, mean the module of `kiosque`."""
    if not any(isinstance(finder, _BareNames) for finder in sys.meta_path):
        sys.meta_path.insert(0, _BareNames())
    sys.modules[folder] = import_module(f"kiosque.{folder}")


def program(module: str, command: str) -> str:
    """What usage lines call a program: `python -m index` in a checkout, `kiosque sync` where that command was typed."""
    return command if Path(sys.argv[0]).stem == "kiosque" else f"python -m {module}"


class _BareNames(MetaPathFinder):
    """Finds `search.model` as `kiosque.search.model`. A `__main__` is left to `python -m`, which runs it."""

    def find_spec(self, name: str, path: Sequence[str] | None, target: ModuleType | None = None) -> ModuleSpec | None:
        """The spec of a module below one of the folders, else None."""
        folder, _, rest = name.partition(".")
        if folder in FOLDERS and rest not in ("", "__main__"):
            return spec_from_loader(name, _SameModule())
        return None


class _SameModule(Loader):
    """Loads nothing: gives the module that `kiosque` has. The import system stamps its spec on it; that is undone."""

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """The module of `kiosque`, imported if it was not."""
        module = import_module(f"kiosque.{spec.name}")
        self._spec = module.__spec__
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Puts the module's own spec back."""
        module.__spec__ = self._spec
