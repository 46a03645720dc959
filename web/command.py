"""The command `kiosque`: its sub-commands are the doors that `python -m corpus|index|search|web` open in a checkout."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.metadata import version
from typing import NamedTuple


class Door(NamedTuple):
    """A row of DOORS: the module whose `main` answers, the words that come before the user's, and what it does."""

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
"""Exit code where no such command exists, as argparse has it for bad options."""


def main(argv: Sequence[str] | None = None) -> int:
    """Hands the words after the sub-command to its door; the exit code."""
    name, *rest = [*(sys.argv[1:] if argv is None else argv), ""][:-1] or ["--help"]
    if name == "--version":
        print(f"kiosque {version('kiosque')}")
        return 0
    if name in ("-h", "--help"):
        print(_usage())
        return 0
    if name not in DOORS:
        print(f"«\u00a0{name}\u00a0» n’est pas une commande de Kiosque.\n\n{_usage()}", file=sys.stderr)
        return UNUSABLE
    door = DOORS[name]
    answer: int = import_module(f"kiosque.{door.module}.__main__").main([*door.before, *rest])
    return answer


def _usage() -> str:
    rows = "\n".join(f"  {name:8} {door.help}" for name, door in DOORS.items())
    return f"kiosque COMMANDE [OPTIONS]\n\n{rows}\n\nLes options d’une commande\u00a0: kiosque COMMANDE --help"


if __name__ == "__main__":
    sys.exit(main())
