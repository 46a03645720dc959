"""The marker against its reference."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosque.index.text.analyzer import term_of
from kiosque.search.leaves.leaf import MarkTargets
from kiosque.search.snippets import marker
from kiosque.search.snippets.marker import Marker
from tests.search.reference_marks import marks

MARKER = Marker()
PIECES = st.sampled_from(
    ["l’avocat", "avocats", "État", "état", "aide", "militaire", "militaires", "𝐀", "10 000", "é", ".", "d'", "\n"]
)
TEXTS = st.lists(st.one_of(st.lists(PIECES, max_size=12).map(" ".join), st.text(max_size=20)), max_size=4)
AIDE, MILITAIRE, ETAT = map(term_of, ("aide", "militaire", "État"))
WORDS = st.sets(st.sampled_from(["avocat", ETAT, AIDE, MILITAIRE, "10000", "absent"]))
PHRASES = st.sets(st.sampled_from([(AIDE, MILITAIRE), (ETAT, ETAT), (MILITAIRE, AIDE, MILITAIRE), ("absent", AIDE)]))

MORE: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [
        *[{}] * 3,
        {"forms": {"État", "avocats"}},
        {"rows": {("aide", "militaire"), ("État",)}},
        {"near": {((AIDE, MILITAIRE), 3), ((ETAT, ETAT, "avocat"), 2)}},
    ]
)


@settings(deadline=None)
@given(texts=TEXTS, data=st.data())
def test_the_marker_agrees_with_the_reference(texts: list[str], data: st.DataObject) -> None:
    asked = [MarkTargets(data.draw(WORDS), data.draw(PHRASES), **data.draw(MORE)) for _ in texts]
    assert MARKER.marks(texts, asked) == [marks(text, wanted) for text, wanted in zip(texts, asked, strict=True)]


def test_a_phrase_does_not_cross_from_one_text_to_the_next() -> None:
    phrase = MarkTargets(phrases={(AIDE, MILITAIRE)})
    assert MARKER.marks(["une aide", "militaire"], [phrase, phrase]) == [[], []]


def test_a_full_cache_is_reset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marker, "MOST_SURFACES", 2)
    small, wanted = Marker(), MarkTargets({AIDE})
    for text in ("une aide de plus", "encore une aide"):
        assert small.marks([text], [wanted]) == [marks(text, wanted)]


def test_the_number_of_marks_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marker, "MOST_MARKED", 2)
    text, asked = "une aide, deux aides, trois aides", MarkTargets({term_of("aide")})
    first = marks(text, asked)[:2]
    assert len(first) == 2
    assert Marker().marks([text, "rien", text], [asked] * 3) == [first, [], first]
