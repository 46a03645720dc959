"""What goes wrong with a cluster, in the words of an engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from kiosque.corpus.french import typeset
from kiosque.index.cluster.errors import ClusterError
from kiosque.index.errors import IndexProblem
from kiosque.search.errors import EngineUnavailable, RequestError

REPLACED = "L’index du cluster vient d’être remplacé. Relancez la recherche."
UNREADABLE = "Le cluster répond ce que Kiosque ne sait pas lire ({}). Vérifiez l’adresse\u00a0: ENGINE=http://hôte:9200"
UNWRITABLE = (
    "Impossible d’écrire «\u00a0{}\u00a0» ({}). Choisissez un autre dossier\u00a0: KIOSQUE_ENGINE_CACHE=/dossier"
)
TOO_COMPLEX = "La requête demande trop de mots à la fois au cluster. Retirez-en, ou quelques «\u00a0*\u00a0»."

GONE = ("index_not_found_exception", "search_context_missing_exception")
"""What a cluster says of an index, or of a state of one, that has been replaced."""

CLOSED = "index_closed_exception"
"""What it answers with 400 although it is no fault of the query: somebody has closed the index."""


class ReplacedIndex(EngineUnavailable):
    """The index that was searched is gone: a newer one has taken its place."""


@contextmanager
def translated() -> Iterator[None]:
    """Raises EngineUnavailable where the cluster or its index cannot be used, ReplacedIndex where it has just been
    replaced, RequestError where a query is more than the cluster takes."""
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
