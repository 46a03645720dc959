"""`python -m web --index DIR [--host H] [--port P]`: serve the pages and the API."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from search.settings import SettingError
from web.serve import PortTakenError, serve

UNUSABLE = 2
"""Exit code where the address cannot be used, as argparse has it for bad options."""


def _options(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m web", description="Serve Kiosque's pages and API.")
    parser.add_argument("--index", default="var/index", metavar="DIR", help="the folder of the index (%(default)s)")
    parser.add_argument("--host", default="127.0.0.1", help="the address to listen at (%(default)s)")
    parser.add_argument("--port", default=8000, type=_port, help="the port to listen at (%(default)s)")
    return parser.parse_args(argv)


def _port(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= 65535:
        raise argparse.ArgumentTypeError(f"« {text} » n’est pas un port : un nombre de 1 à 65535")
    return int(text)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until stopped; the exit code."""
    options = _options(argv)
    try:
        serve(options.index, options.host, options.port)
    except SettingError as error:
        return _refuse(str(error))
    except PortTakenError:
        return _refuse(f"Le port {options.port} est déjà pris. Essayez : make serve PORT={options.port % 65535 + 1}")
    except OSError as error:
        return _refuse(f"Impossible d’écouter sur {options.host}:{options.port} ({error.strerror}). Essayez --host")
    return 0


def _refuse(message: str) -> int:
    print(message, file=sys.stderr)
    return UNUSABLE


if __name__ == "__main__":
    sys.exit(main())
