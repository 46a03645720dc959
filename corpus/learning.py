"""Lines that a source prints around its articles, learnt from the corpus itself: what stands in many is no article.

They are learnt from a sample of each corpus before it is read, so that what is cut of an article depends neither on the
order of reading nor on the number of processes. Only formats in which articles stand among other things are sampled and
cut: a field of an export is the article and nothing else.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from itertools import islice
from pathlib import Path

import msgspec

from corpus.article import Article
from corpus.boilerplate import LONGEST
from corpus.cleaning import bare, composed
from corpus.cutting import parted, whole
from corpus.readers import format_of, suffix_of
from corpus.refusal import Refusal

SHARE = 0.2
"""Of a source's articles: a line that stands in more of them is no part of any."""

FEWEST = 5
"""Articles of a source in which a line must stand: of fewer nobody can tell."""

SAMPLE = 100
"""Files that are read to learn, spread evenly over the first FIRST of a corpus; and articles of one archive."""

FIRST = 5_000

_HOLDERS = ("zip", "tar", "WARC", "courriels")
_SCRAPED = frozenset(("texte", "HTML", "WARC", "courriel", "courriels", "PDF", "EPUB"))
_LETTERS = re.compile(r"(?:[^\W\d_].*?){3}")  # a line of fewer may be a sign between two parts

ReadFile = Callable[[Path], Iterator[Article | Refusal]]


class Learnt(msgspec.Struct):
    """The lines that are cut, by source."""

    lines: frozenset[tuple[str, bytes]] = frozenset()

    def without(self, article: Article) -> Article:
        """The article without the lines that its source prints around articles; never all of its lines."""
        if not self.lines or article.format not in _SCRAPED:
            return article
        lines = article.body.split("\n")
        kept = [line for line in lines if not self._has(article.source, line)]
        if len(kept) == len(lines) or not any(map(bare, kept)):
            return article
        marked = ((line, out or self._has(article.source, line)) for line, out in whole(article.body, article.cuts))
        body, cuts = parted(marked)
        return msgspec.structs.replace(article, body=body, cuts=cuts)

    def _has(self, source: str | None, line: str) -> bool:
        return _can_be_learnt(line) and (source or "", _key(line)) in self.lines


def learn(paths: Iterable[Path], read: ReadFile) -> Learnt:
    """What the files print around their articles; `read` gives the articles of one file."""
    files = [path for path in islice(paths, FIRST) if _is_scraped(path)]
    counts: defaultdict[str, Counter[bytes]] = defaultdict(Counter)
    articles: Counter[str] = Counter()
    sampled = (item for path in files[:: -(-len(files) // SAMPLE) or 1] for item in islice(read(path), SAMPLE))
    for item in sampled:
        if isinstance(item, Article) and item.format in _SCRAPED:
            source = item.source or ""
            articles[source] += 1
            counts[source].update({_key(line) for line in item.body.split("\n") if _can_be_learnt(line)})
    return Learnt(
        frozenset(
            (source, key)
            for source, lines in counts.items()
            for key, count in lines.items()
            if count >= FEWEST and count > SHARE * articles[source]
        )
    )


def holds_many(path: Path) -> bool:
    """Whether a file alone can teach something: archives, web archives and mail boxes do, by what they hold."""
    suffix = suffix_of(path.name)
    return suffix is not None and format_of(suffix).name in _HOLDERS


def _is_scraped(path: Path) -> bool:
    suffix = suffix_of(path.name)
    return suffix is None or format_of(suffix).name not in ("JSON lines", "JSON", "tableau", "XML", "Markdown")


def _can_be_learnt(line: str) -> bool:
    return len(line) <= LONGEST and _LETTERS.search(line) is not None


def _key(line: str) -> bytes:
    """What a line shares from article to article: all but case and blanks."""
    return blake2b("".join(composed(line).casefold().split()).encode("utf-8", "replace"), digest_size=8).digest()
