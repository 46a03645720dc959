"""Translates the errors of a cluster into those of an engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from kiosque.corpus.french import typeset
from kiosque.index.cluster.errors import ClusterError
from kiosque.index.errors import IndexProblem
from kiosque.search.errors import EngineUnavailable, RequestError

REPLACED = "L’index du cluster vient d’être remplacé. Relancez la recherche."
UNREADABLE = "Le cluster répond ce que Kiosque ne sait pas lire ({}). Vérifiez l’adresse : ENGINE=http://hôte:9200"
UNWRITABLE = "Impossible d’écrire « {} » ({}). Choisissez un autre dossier : KIOSQUE_ENGINE_CACHE=/dossier"
TOO_COMPLEX = "La requête demande trop de mots à la fois au cluster. Retirez-en, ou quelques « * »."

GONE = ("index_not_found_exception", "search_context_missing_exception")
"""A cluster's errors for an index, or a point in time of one, that was replaced."""

CLOSED = "index_closed_exception"
"""Its error for a closed index: with status 400, though the query is not at fault."""


class ReplacedIndex(EngineUnavailable):
    """A newer index has replaced the one that was searched."""


@contextmanager
def translated() -> Iterator[None]:
    """Raises EngineUnavailable where the cluster or its index cannot be used, ReplacedIndex where a newer index has
    replaced it, RequestError where a query is more than the cluster takes."""
    try:
        yield
    except ClusterError as error:
        if error.kind in GONE or error.status == 404:
            raise ReplacedIndex(typeset(REPLACED)) from error
        if (error.status == 400 and error.kind != CLOSED) or error.kind.startswith(
            "too_many"
        ):  # some of them are a 500
            raise RequestError("q", typeset(TOO_COMPLEX)) from error
        raise EngineUnavailable(str(error)) from error
    except IndexProblem as error:
        raise EngineUnavailable(str(error)) from error
    except OSError as error:
        raise EngineUnavailable(typeset(UNWRITABLE.format(error.filename, error.strerror))) from error
    except msgspec.DecodeError as error:
        raise EngineUnavailable(typeset(UNREADABLE.format(error))) from error
