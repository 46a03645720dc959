"""Memory of a build: segments are flushed in time, and the lexicon is reset."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from kiosque.corpus.article import Article
from kiosque.index.build.workers import write_segments
from kiosque.index.codec.whoosh_codec import open_segment
from kiosque.index.invert import bulk
from kiosque.index.invert.bulk import ARTICLE_BYTES
from kiosque.index.text.lexicon import Lexicon


def batches(count: int, words: int, size: int) -> Iterator[list[Article]]:
    """Batches of `size` articles of `words` words, from an unbounded vocabulary."""
    rng = Random(11)
    for first in range(0, count, size):
        yield [_article(number, words, rng) for number in range(first, first + size)]


def _article(number: int, words: int, rng: Random) -> Article:
    body = " ".join(rng.choice(("Élysée", "élus", f"mot{rng.randrange(10 * number + 10)}")) for _ in range(words))
    return Article(id=f"a/{number}", title=f"Titre {number}", body=body, source=f"Journal {number % 3}")


@pytest.mark.parametrize(("count", "words"), [(400, 0), (40, 1_500)])
def test_segments_are_flushed_by_number_and_by_length_of_articles(tmp_path: Path, count: int, words: int) -> None:
    most = 100 * ARTICLE_BYTES
    segments = write_segments(tmp_path, batches(count, words, 4), most)
    assert sum(segment.doc_count_all() for segment in segments) == count
    assert len(segments) >= 4
    assert max(segment.doc_count_all() for segment in segments) <= 104


def test_resetting_the_lexicon_does_not_change_the_segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    one, other = tmp_path / "one", tmp_path / "other"
    one.mkdir()
    other.mkdir()
    kept = write_segments(one, batches(60, 80, 10), 20 * ARTICLE_BYTES)
    begun: list[Lexicon] = []

    def begin() -> Lexicon:
        begun.append(Lexicon())
        return begun[-1]

    monkeypatch.setattr(bulk, "MOST_SURFACES", 100)
    monkeypatch.setattr(bulk, "Lexicon", begin)
    anew = write_segments(other, batches(60, 80, 10), 20 * ARTICLE_BYTES)
    assert len(begun) > 2
    assert len(kept) == len(anew) > 2
    for before, after in zip(kept, anew, strict=True):
        expected, found = open_segment(one, before.segment_id()), open_segment(other, after.segment_id())
        names = {name for name in expected.manifest.arrays if not name.startswith("store")}
        assert names == {name for name in found.manifest.arrays if not name.startswith("store")}
        assert all(expected[name].tolist() == found[name].tolist() for name in names)
