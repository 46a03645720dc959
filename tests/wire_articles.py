"""Agency dispatches and their reprints, for the tests of copies. Their words are of no language."""

from __future__ import annotations

from random import Random

import msgspec

from kiosque.corpus.article import Article

WORDS = [
    a + b + c for a in "bdfglmprst" for b in ("a", "é", "i", "on", "u") for c in ("ve", "lle", "ton", "rie", "gue")
]


def sentence(rng: Random) -> str:
    return " ".join(rng.choices(WORDS, k=12)).capitalize() + "."


def paragraphs(seed: int, count: int = 12) -> list[str]:
    """Paragraphs of about 36 words each."""
    rng = Random(seed)
    return [" ".join(sentence(rng) for _ in range(3)) for _ in range(count)]


def dispatch(id: str, seed: int, **fields: str) -> Article:
    """The text of `seed`, as the agency sent it."""
    return article(id, paragraphs(seed), **{"source": "AFP", "date": "2022-01-19", **fields})


def reprint(id: str, seed: int, source: str, **fields: str) -> Article:
    """The text of `seed` with its own title and opening, without the last two paragraphs."""
    opening = sentence(Random(f"{id}{source}"))
    body = [opening, *paragraphs(seed)[:-2]]
    return article(id, body, **{"source": source, "date": "2022-01-19", "title": f"Titre de {source}", **fields})


def article(id: str, body: list[str], **fields: str) -> Article:
    return msgspec.structs.replace(Article(id=id, title=f"Titre {id}", body="\n".join(body)), **fields)
