"""`python -m web --index DIR [--host H] [--port P]` serves the pages and the API; `--engine URL` names a cluster."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import Any

from kiosque.corpus.checkout import program
from kiosque.corpus.french import typeset
from kiosque.search.settings import SettingError
from kiosque.web.serve import PortTakenError, serve
from kiosque.web.serving.assets import AssetError
from kiosque.web.serving.settings import BY_NAME, load

UNUSABLE = 2
"""Exit code for an unusable address or setting, as argparse's for bad options."""


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=program("web", "kiosque serve"),
        description="Serve Kiosque's pages and API. More settings: docs/SETTINGS.md.",
    )
    for name, metavar in (("index", "DIR"), ("host", "HOST"), ("port", "PORT")):
        row = BY_NAME[name]
        parser.add_argument(
            f"--{name}", type=_port if name == "port" else str, metavar=metavar, help=f"{row.help} ({row.default})"
        )
    parser.add_argument(
        "--engine", dest="index", metavar="URL", help="the address of a cluster, instead of the folder of an index"
    )
    return parser.parse_args(argv)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(typeset(f"« {text} » n’est pas un port : un nombre de 1 à 65535"))
    return int(text)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until stopped; the exit code."""
    given = {name: value for name, value in vars(_options(argv)).items() if value is not None}
    try:
        config = load(os.environ, given)
    except (SettingError, OSError) as error:
        return _refuse(str(error))
    return _served(config)


def _served(config: dict[str, Any]) -> int:
    host, port = config["HOST"], config["PORT"]
    try:
        serve(config)
    except PortTakenError:
        return _refuse(f"Le port {port} est déjà pris. Essayez : make serve PORT={port % 65535 + 1}")
    except (AssetError, SettingError) as error:
        return _refuse(str(error))
    except OSError as error:
        return _refuse(f"Impossible d’écouter sur {host}:{port} ({error.strerror}). Essayez --host")
    return 0


def _refuse(message: str) -> int:
    print(typeset(message), file=sys.stderr)
    return UNUSABLE


if __name__ == "__main__":
    sys.exit(main())
