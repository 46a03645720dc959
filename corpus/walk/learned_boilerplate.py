"""Boilerplate learnt from the corpus: a line that recurs in many articles of a source is not part of any.

They are learnt from a sample of each corpus before it is read, so that what is cut of an article depends neither on the
order of reading nor on the number of processes. Only formats with other text around articles are sampled and
cut: a field of an export is the article and nothing else.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from itertools import chain, islice
from pathlib import Path

import msgspec

from kiosque.corpus.article import Article
from kiosque.corpus.clean.boilerplate import LONGEST
from kiosque.corpus.clean.cuts import restore_cuts, split_cuts
from kiosque.corpus.clean.lines import nfc_line, strip_blanks
from kiosque.corpus.readers.formats import format_named, format_of, load_reader, suffix_of
from kiosque.corpus.refusal import Refusal

SHARE = 0.2
"""Share of a source's articles: a line that occurs in more of them is boilerplate."""

FEWEST = 5
"""Least number of a source's articles with the line: fewer prove nothing."""

SAMPLE = 100
"""Files that are read to learn, spread evenly over the first FIRST of a corpus; and articles of one archive."""

FIRST = 5_000

_LETTERS = re.compile(r"(?:[^\W\d_].*?){3}")  # a line of fewer may be a sign between two parts
_PERCENT = re.compile(r"\d+(?:[.,]\d+)?\s*%")
_NUMBERS = re.compile(r"\d+")
_LONGEST_FORM = 60  # characters of a line whose numbers make no difference, such as "Brève n° 1234"
_SENTENCE_ENDS = tuple('.!?…»"')
_LONGEST_LABEL = 40  # characters; "Rédacteurs :"

ReadFile = Callable[[Path], Iterator[Article | Refusal]]


class LearnedBoilerplate(msgspec.Struct):
    """The lines that are cut, by source."""

    lines: frozenset[tuple[str, bytes]] = frozenset()

    def without(self, article: Article) -> Article:
        """The article without the lines that its source prints around articles; never all of its lines."""
        if not self.lines or not _is_among_others(article):
            return article
        lines = article.body.split("\n")
        source = article.source or ""
        own = {line for line, keys in _keys(lines).items() if any((source, key) in self.lines for key in keys)}
        if not own or not any(strip_blanks(line) for line in lines if line not in own):
            return article
        marked = [(line, out or line in own) for line, out in restore_cuts(article.body, article.cuts)]
        body, cuts = split_cuts(_without_label(marked))
        return msgspec.structs.replace(article, body=body, cuts=cuts)


def learn(paths: Iterable[Path], read: ReadFile) -> LearnedBoilerplate:
    """What the files print around their articles; `read` gives the articles of one file."""
    files = [path for path in islice(paths, FIRST) if _is_scraped(path)]
    counts: defaultdict[str, Counter[bytes]] = defaultdict(Counter)
    articles: Counter[str] = Counter()
    sample = files[:: -(-len(files) // SAMPLE) or 1]
    for suffix in filter(None, {suffix_of(path.name) for path in sample}):
        load_reader(suffix)
    sampled = (item for path in sample for item in islice(read(path), SAMPLE))
    for item in sampled:
        if isinstance(item, Article) and _is_among_others(item):
            source = item.source or ""
            articles[source] += 1
            counts[source].update(set(chain.from_iterable(_keys(item.body.split("\n")).values())))
    return LearnedBoilerplate(
        frozenset(
            (source, key)
            for source, lines in counts.items()
            for key, count in lines.items()
            if count >= FEWEST and count > SHARE * articles[source]
        )
    )


def has_many_articles(path: Path) -> bool:
    """Whether a file alone can teach something: archives, web archives and mail boxes do, by what they hold."""
    suffix = suffix_of(path.name)
    return suffix is not None and format_of(suffix).many


def _is_among_others(article: Article) -> bool:
    """Whether its format has other things around an article; what an archive holds has a format of its own."""
    row = format_named(article.format)
    return row is not None and row.scraped


def _is_scraped(path: Path) -> bool:
    suffix = suffix_of(path.name)
    return suffix is None or format_of(suffix).scraped


def _keys(lines: Iterable[str]) -> dict[str, set[bytes]]:
    """The lines of an article that can be learnt, each with what it shares from article to article.

    Numbers do not count in a line of a form ("Brève n° 1234"), unless the article has several of it, as a table has.
    """
    forms: defaultdict[str, set[str]] = defaultdict(set)
    for line in lines:
        if len(line) <= LONGEST and _LETTERS.search(line):
            forms[_form(line)].add(line)
    return {
        line: {_key(line), _key(form)} if len(group) == 1 else {_key(line)}
        for form, group in forms.items()
        for line in group
    }


def _form(line: str) -> str:
    line = _PERCENT.sub("0 %", line)  # "Il vous reste 57.09% de cet article à lire."
    is_form = len(line) <= _LONGEST_FORM and not line.rstrip().endswith(_SENTENCE_ENDS)
    return _NUMBERS.sub("0", line) if is_form else line


def _key(line: str) -> bytes:
    """All of a line but case and blanks."""
    return blake2b("".join(nfc_line(line).casefold().split()).encode("utf-8", "replace"), digest_size=8).digest()


def _without_label(marked: list[tuple[str, bool]]) -> list[tuple[str, bool]]:
    """The lines; a label at the end ("Rédacteurs :") is cut too where the lines after it were."""
    *others, last = (number for number, (line, out) in enumerate(marked) if strip_blanks(line) and not out)
    label = strip_blanks(marked[last][0])
    if others and len(label) <= _LONGEST_LABEL and label.endswith(":") and any(out for _, out in marked[last:]):
        marked[last] = (marked[last][0], True)
    return marked
