"""Answers: a query in, a page of ranked, marked and counted articles out. Imports index and corpus.article."""

from search.engine import Engine, open_engine, warm_up
from search.errors import EngineUnavailable, QueryTimeout, RequestError
from search.model import SearchPage, SearchRequest

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
