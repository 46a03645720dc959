"""The command `kiosque`: its sub-commands run what `python -m corpus|index|search|web` run in a checkout."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import NamedTuple

from kiosque.corpus.french import typeset


class Door(NamedTuple):
    """A row of DOORS: the module whose `main` runs, the words put before the user's, and its help."""

    module: str
    before: tuple[str, ...]
    help: str


DOORS = {
    "serve": Door("web", (), "sert la page et l’API"),
    "search": Door("search", (), "cherche, dans le terminal"),
    "index": Door("index", ("build",), "reconstruit l’index d’un dossier"),
    "sync": Door("index", ("sync",), "met l’index à jour"),
    "watch": Door("index", ("watch",), "suit un dossier et tient l’index à jour"),
    "stats": Door("index", ("stats",), "dit ce que l’index contient"),
    "verify": Door("index", ("verify",), "vérifie chaque fichier de l’index"),
    "doctor": Door("index", ("doctor",), "dit ce qui ne va pas, et que faire"),
    "export": Door("index", ("export",), "sauvegarde l’index dans une archive"),
    "import": Door("index", ("import",), "rétablit une sauvegarde"),
    "corpus": Door("corpus", (), "montre ce qui serait lu d’un dossier, sans l’indexer"),
}

UNUSABLE = 2
"""Exit code for an unknown command, as argparse's for bad options."""


def main(argv: Sequence[str] | None = None) -> int:
    """Hand the words after the sub-command to its door; the exit code."""
    name, *rest = (sys.argv[1:] if argv is None else argv) or ["--help"]
    if name == "--version":
        print(f"kiosque {version('kiosque')}")
    elif name in ("-h", "--help"):
        print(_usage())
    elif name in DOORS:
        door = DOORS[name]
        return int(import_module(f"kiosque.{door.module}.__main__").main([*door.before, *rest]))
    else:
        print(typeset(f"« {name} » n’est pas une commande de Kiosque.\n\n{_usage()}"), file=sys.stderr)
        return UNUSABLE
    return 0


def _usage() -> str:
    rows = "\n".join(f"  {name:8} {door.help}" for name, door in DOORS.items())
    return typeset(f"kiosque COMMANDE [OPTIONS]\n\n{rows}\n\nLes options d’une commande : kiosque COMMANDE --help")
