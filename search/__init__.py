"""Search: a query in, a page of ranked, marked and counted articles out. Imports index and corpus.article."""

from kiosque.search.engines.contract import Engine, open_engine, warm_up
from kiosque.search.errors import EngineUnavailable, QueryTimeout, RequestError
from kiosque.search.model import SearchPage, SearchRequest

__all__ = [
    "Engine",
    "EngineUnavailable",
    "QueryTimeout",
    "RequestError",
    "SearchPage",
    "SearchRequest",
    "open_engine",
    "warm_up",
]

if __name__ == "search":  # a checkout's bare name for kiosque.search
    from kiosque.corpus.checkout import alias

    alias(__name__)
