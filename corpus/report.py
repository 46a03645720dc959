"""What was read, guessed and refused, counted while it passes by."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from corpus.article import Article, Origin
from corpus.duplicate import Duplicate
from corpus.refusal import Refusal

SHOWN = 20  # refusals that are printed; all are kept

ORIGINS = {
    Origin.METADATA: "métadonnées",
    Origin.FILE_NAME: "nom de fichier",
    Origin.ADDRESS: "adresse",
    Origin.TEXT: "texte",
    Origin.FOLDER: "dossier",
}


class Report:
    """Counts of articles, of their formats, of what they lack, of where dates and sources were found; every refusal."""

    def __init__(self) -> None:
        self.articles = 0
        self.undated = 0
        self.unsourced = 0
        self.cut = 0
        self.copies = 0
        self.formats: Counter[str] = Counter()
        self.dates: Counter[Origin] = Counter()
        self.sources: Counter[Origin] = Counter()
        self.refusals: list[Refusal] = []

    def add(self, item: Article | Duplicate | Refusal) -> None:
        """Counts one more item of `read_corpus`; an exact copy is an article that was read too."""
        if isinstance(item, Duplicate):
            self.copies += 1
            item = item.article
        if isinstance(item, Refusal):
            self.refusals.append(item)
            return
        self.articles += 1
        self.undated += item.date is None
        self.unsourced += item.source is None
        self.cut += item.cut > 0
        self.formats.update([item.format] if item.format else [])
        self.dates.update([item.date_origin] if item.date_origin else [])
        self.sources.update([item.source_origin] if item.source_origin else [])

    def absorb(self, other: Report) -> None:
        """Counts what another report has counted, behind what is counted already."""
        self.articles += other.articles
        self.undated += other.undated
        self.unsourced += other.unsourced
        self.cut += other.cut
        self.copies += other.copies
        self.formats += other.formats
        self.dates += other.dates
        self.sources += other.sources
        self.refusals += other.refusals

    def summary(self) -> dict[str, object]:
        """The counts as one object for programs."""
        return {
            "articles": self.articles,
            "copies": self.copies,
            "refused": len(self.refusals),
            "undated": self.undated,
            "without_source": self.unsourced,
            "formats": dict(self.formats.most_common()),
            "cut": self.cut,
            "dates": {origin.value: self.dates[origin] for origin in Origin},
            "sources": {origin.value: self.sources[origin] for origin in Origin},
        }

    def lines(self) -> list[str]:
        """The report for people, in French."""
        return [
            counted(self.articles, "article lu", "articles lus"),
            *(
                [f"dont {counted(self.copies, 'copie exacte écartée', 'copies exactes écartées')}"]
                if self.copies
                else []
            ),
            *self._formats(),
            f"dates\u00a0: {_origins(self.dates)}sans date {number(self.undated)}",
            f"sources\u00a0: {_origins(self.sources)}sans source {number(self.unsourced)}",
            *([f"lignes répétées coupées dans {counted(self.cut, 'article', 'articles')}"] if self.cut else []),
            *self.refused(),
        ]

    def write_refusals(self, path: Path) -> None:
        """Writes all refusals into a file, one a line: path, line, reason, with tabs between. Raises OSError."""
        rows = (f"{one.path}\t{one.line or ''}\t{one.reason}" for one in self.refusals)
        path.write_text("".join(f"{' '.join(row.splitlines())}\n" for row in ("chemin\tligne\traison", *rows)), "utf-8")

    def _formats(self) -> list[str]:
        found = ", ".join(f"{name} {number(count)}" for name, count in self.formats.most_common())
        return [f"formats\u00a0: {found}"] if found else []

    def refused(self) -> list[str]:
        """The first refusals for people, a line each, with how many there are."""
        if not self.refusals:
            return ["aucun refus"]
        rest = len(self.refusals) - SHOWN
        more = [f"  … et {counted(rest, 'autre', 'autres')}"] if rest > 0 else []
        title = f"{counted(len(self.refusals), 'refus', 'refus')}\u00a0:"
        return [title, *(f"  {refusal_line(refusal)}" for refusal in self.refusals[:SHOWN]), *more]


def refusal_line(refusal: Refusal) -> str:
    """The refusal for people: file, line where there is one, reason."""
    where = f", ligne {number(refusal.line)}" if refusal.line is not None else ""
    return f"{refusal.path}{where}\u00a0: {refusal.reason}"


def number(value: int) -> str:
    """The number as French prints it: 34 240 with a narrow no-break space."""
    return f"{value:,}".replace(",", "\u202f")


def counted(value: int, one: str, many: str) -> str:
    """ "0 article lu", "1 article lu", "2 articles lus": in French zero is singular."""
    return f"{number(value)} {many if value > 1 else one}"


def _origins(counts: Counter[Origin]) -> str:
    return "".join(f"{ORIGINS[origin]} {number(counts[origin])}, " for origin in Origin if counts[origin])
