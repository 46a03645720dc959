"""What was read, guessed, cut and refused, counted while it passes by."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from kiosque.corpus.article import Article, Confidence, Duplicate, Origin
from kiosque.corpus.french import CONFIDENCES, NBSP, ORIGINS, counted, number
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.walk.parts import Part, files_of

SHOWN = 20  # refusals that are printed; all are kept
MOST_CUT = 20  # lines that are named, of all that were cut
MOST_PRINTED, LONGEST_PRINTED = 5, 80  # of these lines, and their characters, on a terminal
MOST_REASONS = 20
MOST_COUNTED = 10_000
"""Different lines that are counted: of many more, those that were cut least are forgotten."""

Key = TypeVar("Key")


class CutLine(msgspec.Struct, frozen=True):
    """A line that was cut of a source's articles, and how often; `source` is None where that is not known."""

    line: str
    source: str | None
    times: int


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The counts of a report. Those by name begin with the greatest; those by origin or confidence have every one.

    `files` are counted by the format that their names tell, `formats` are those of the articles: what is in an archive
    counts by its own. `copies` are the articles that are exact copies of others. `reasons` are those of most refusals.
    `most_cut` are the lines that were cut most. `unread` are the fields that could not be read, with how many articles
    were read without them.
    """

    files: dict[str, int]
    articles: int
    copies: int = 0
    formats: dict[str, int]
    undated: int
    dates: dict[Origin, int]
    date_confidence: dict[Confidence, int]
    without_source: int
    sources: dict[Origin, int]
    source_confidence: dict[Confidence, int]
    cut_articles: int
    cut_lines: int
    most_cut: list[CutLine]
    refused: int
    reasons: dict[str, int]
    unread: dict[str, int] = {}


class Report:
    """Counts of files and articles, of what they lack, of where dates and sources were found, of what was cut; every
    refusal."""

    def __init__(self) -> None:
        self.files: Counter[str] = Counter()
        self.articles = 0
        self.formats: Counter[str] = Counter()
        self.undated = 0
        self.unsourced = 0
        self.copies = 0
        self.dates: Counter[tuple[Origin, Confidence]] = Counter()
        self.sources: Counter[tuple[Origin, Confidence]] = Counter()
        self.cut_articles = 0
        self.cut_lines = 0
        self.cuts: Counter[tuple[str, str | None]] = Counter()
        self.unread: Counter[str] = Counter()
        self.refusals: list[Refusal] = []

    def meet(self, part: Part) -> None:
        """Counts the files of a part that is about to be read."""
        self.files.update(files_of(part))

    def add(self, item: Article | Duplicate | Refusal) -> None:
        """Counts one more item of `read_corpus`; an exact copy is an article that was read too."""
        if isinstance(item, Duplicate):
            self.copies += 1
            item = item.article
        if isinstance(item, Refusal):
            self.refusals.append(item)
            return
        self.articles += 1
        if item.format:
            self.formats[item.format] += 1
        self._add_date(item)
        self._add_source(item)
        self.unread.update(item.unread)
        if item.cuts:
            self._add_cuts(item)

    def _add_date(self, article: Article) -> None:
        if article.date_origin and (confidence := article.date_confidence):
            self.dates[article.date_origin, confidence] += 1
        else:
            self.undated += 1

    def _add_source(self, article: Article) -> None:
        if article.source_origin and (confidence := article.source_confidence):
            self.sources[article.source_origin, confidence] += 1
        else:
            self.unsourced += 1

    def _add_cuts(self, article: Article) -> None:
        self.cut_articles += 1
        self.cut_lines += len(article.cuts)
        self.cuts.update((cut.line, article.source) for cut in article.cuts)
        self._forget()

    def _forget(self) -> None:
        if len(self.cuts) > 2 * MOST_COUNTED:
            self.cuts = Counter(dict(self.cuts.most_common(MOST_COUNTED)))

    def absorb(self, other: Report) -> None:
        """Adds the counts of another report."""
        for name, counted_there in vars(other).items():
            if isinstance(counted_there, Counter):
                getattr(self, name).update(counted_there)
            else:
                setattr(self, name, getattr(self, name) + counted_there)
        self._forget()

    def rename(self, sources: Mapping[str, str]) -> None:
        """Gives sources the names that a whole run has for them."""
        if sources and self.cuts:
            cuts, self.cuts = self.cuts, Counter()
            for (line, source), times in cuts.items():
                self.cuts[line, sources.get(source, source) if source else None] += times

    def summary(self) -> Summary:
        """The counts for programs."""
        return Summary(
            files=_greatest(self.files),
            articles=self.articles,
            copies=self.copies,
            formats=_greatest(self.formats),
            undated=self.undated,
            dates=_origins(self.dates),
            date_confidence=_confidences(self.dates),
            without_source=self.unsourced,
            sources=_origins(self.sources),
            source_confidence=_confidences(self.sources),
            cut_articles=self.cut_articles,
            cut_lines=self.cut_lines,
            most_cut=[CutLine(*key, times) for key, times in _first(self.cuts, MOST_CUT)],
            refused=len(self.refusals),
            reasons=dict(_first(Counter(refusal.reason for refusal in self.refusals), MOST_REASONS)),
            unread=_greatest(self.unread),
        )

    def lines(self) -> list[str]:
        """The report for people, in French."""
        found = self.summary()
        return [
            counted(self.articles, "article lu", "articles lus"),
            *([f"dont {_set_aside(self.copies)}"] if self.copies else []),
            *_listed("fichiers", found.files),
            *_listed("formats", found.formats),
            _found("dates", found.dates, found.date_confidence, "sans date", self.undated),
            _found("sources", found.sources, found.source_confidence, "sans source", self.unsourced),
            *_cut(found),
            *_listed("champs illisibles, articles lus sans eux", found.unread),
            *self.refused(),
        ]

    @property
    def withheld(self) -> list[Refusal]:
        """What the system did not let be read."""
        return [refusal for refusal in self.refusals if refusal.withheld]

    def write_refusals(self, path: Path) -> None:
        """Writes all refusals into a file, one a line: path, line, reason, with tabs between. Raises OSError."""
        path.write_text(self.refusals_table(), "utf-8", errors="replace")

    def refusals_table(self) -> str:
        """All refusals under a heading, one a line: path, line, reason, with tabs between."""
        rows = ((one.path, str(one.line or ""), one.reason) for one in self.refusals)
        cells = (map(_one_line, row) for row in (("chemin", "ligne", "raison"), *rows))
        return "".join("\t".join(row) + "\n" for row in cells)

    def refused(self) -> list[str]:
        """The first refusals for people, a line each, with how many there are."""
        if not self.refusals:
            return ["aucun refus"]
        rest = len(self.refusals) - SHOWN
        more = [f"  … et {counted(rest, 'autre', 'autres')}"] if rest > 0 else []
        title = f"{counted(len(self.refusals), 'refus', 'refus')}{NBSP}:"
        return [title, *(f"  {refusal_line(refusal)}" for refusal in self.refusals[:SHOWN]), *more]


def _set_aside(copies: int) -> str:
    return counted(copies, "copie exacte écartée", "copies exactes écartées")


def refusal_line(refusal: Refusal) -> str:
    """The refusal for people: file, line where there is one, reason."""
    where = f", ligne {number(refusal.line)}" if refusal.line is not None else ""
    return f"{refusal.path}{where}{NBSP}: {refusal.reason}"


def _first(counts: Counter[Key], most: int | None = None) -> list[tuple[Key, int]]:
    """The greatest counts, then by name: who counted first, of several processes, makes no difference."""
    return sorted(counts.items(), key=lambda one: (-one[1], str(one[0])))[:most]


def _greatest(counts: Counter[str]) -> dict[str, int]:
    return dict(_first(counts))


def _origins(counts: Counter[tuple[Origin, Confidence]]) -> dict[Origin, int]:
    return {row: sum(count for (origin, _), count in counts.items() if origin is row) for row in Origin}


def _confidences(counts: Counter[tuple[Origin, Confidence]]) -> dict[Confidence, int]:
    return {row: sum(count for (_, confidence), count in counts.items() if confidence is row) for row in Confidence}


def _listed(title: str, counts: Mapping[str, int]) -> list[str]:
    return [f"{title}{NBSP}: {_joined(counts)}"] if counts else []


def _joined(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {number(count)}" for name, count in counts.items() if count)


def _found(title: str, origins: Mapping[Origin, int], sure: Mapping[Confidence, int], none: str, without: int) -> str:
    """ "dates : métadonnées 8, dossier 2, sans date 1 (sûres 8, probables 2)"."""
    where = _joined({ORIGINS[origin].label: count for origin, count in origins.items()})
    trusted = _joined({f"{CONFIDENCES[confidence]}s": count for confidence, count in sure.items()})
    listed = ", ".join(filter(None, (where, f"{none} {number(without)}")))
    return f"{title}{NBSP}: {listed}{f' ({trusted})' if trusted else ''}"


def _cut(found: Summary) -> list[str]:
    if not found.cut_lines:
        return []
    lines = counted(found.cut_lines, "ligne écartée", "lignes écartées")
    where = f"{lines} de {counted(found.cut_articles, 'article', 'articles')}, le plus souvent{NBSP}:"
    return [where, *(f"  {_cut_line(one)}" for one in found.most_cut[:MOST_PRINTED])]


def _cut_line(one: CutLine) -> str:
    line = one.line if len(one.line) <= LONGEST_PRINTED else f"{one.line[:LONGEST_PRINTED].rstrip()}…"
    source = f" ({one.source})" if one.source else ""
    return f"«{NBSP}{_one_line(line)}{NBSP}»{source} {number(one.times)}"


def _one_line(text: str) -> str:
    return " ".join(text.splitlines()).replace("\t", " ")
