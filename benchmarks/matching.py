"""What a word finds: of the articles found, how many have a form of it; of those that have one, how many are found.

1,200 words are drawn with a seed from the titles of an index, names included, each a query of one word. The truth is a
plain loop over the texts of the index, judged by a lexicon that Kiosque is not built with (`benchmarks.french_forms`).

precision: the share of the found articles that have a form of the word, of any of its lemmas. Of a word typed without
accents, the accented words of the same letters are forms too.
recall: the share of the articles with a form of the word that are found. Of several lemmas the one that is found best
counts ("porte" may be taken for the noun or for the verb), and of its forms those that are no other word's ("plus" is
also a form of "plaire").
strictly: without these three allowances.
Synonyms are off: the page names them, and they are no forms.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from operator import attrgetter
from pathlib import Path

import numpy as np

from benchmarks.corpus import REAL
from benchmarks.floors import settle
from benchmarks.found_words import Finder, Score, Verdict, drawn, judged
from benchmarks.french_forms import Judge, read_lexicon
from kiosque.index.build.full_build import build

NAME = "matching"
"""Of its table in floors.toml."""

WORDS, SEED, WORST = 1200, 15, 40
HALF = 0.5
FORMS = 5
"""Of a word, that are named."""


class Judged:
    """The verdicts on the words that are drawn from an index."""

    def __init__(self, directory: Path, count: int = WORDS) -> None:
        self.finder = Finder(directory)
        self.texts = self.finder.texts()
        judge = Judge(read_lexicon(), self.texts.documents)
        words = drawn(self.texts.titles, count, SEED)
        self.verdicts = [judged(word, self.finder.found(word), judge, self.texts) for word in words]

    @property
    def figures(self) -> Mapping[str, float]:
        """What floors are pinned for: the more the better."""
        scores = [verdict.score for verdict in self.verdicts]
        low = below_half(scores)
        return {
            **mean(scores)._asdict(),
            "words with half the precision": 1 - low.precision,
            "words with half the recall": 1 - low.recall,
        }

    def table(self) -> Iterator[str]:
        """The figures, for people."""
        yield "| words | | precision | recall | precision below .5 | recall below .5 |"
        yield "|---|---|---|---|---|---|"
        yield from _rows("all", self.verdicts)
        yield from _rows("in the lexicon", [verdict for verdict in self.verdicts if verdict.known])
        yield from _rows("not in it: names and the like", [verdict for verdict in self.verdicts if not verdict.known])

    def worst(self, most: int) -> Iterator[str]:
        """The worst words of either kind, with the forms that are to blame and how often they are."""
        for kind, forms_of in (("precision", self._wrong_forms), ("recall", self._missed_forms)):
            by = attrgetter(f"score.{kind}")
            yield f"\nworst {kind}: word, {kind}, articles wrong or missed, forms"
            for verdict in sorted(self.verdicts, key=by)[:most]:
                if by(verdict) < 1:
                    count = (verdict.wrong if kind == "precision" else verdict.missed).sum()
                    yield f"{verdict.word}\t{by(verdict):.3f}\t{count}\t{_listed(forms_of(verdict))}"

    def errors(self) -> Iterator[str]:
        """A line between tabs for each word that is not perfect, the worst first."""
        yield "word\tprecision\trecall\twrong\twrong forms\tmissed\tmissed forms"
        for verdict in sorted(self.verdicts, key=attrgetter("score")):
            if min(verdict.score) < 1:
                score = "\t".join(f"{value:.3f}" for value in verdict.score)
                wrong = f"{verdict.wrong.sum()}\t{_listed(self._wrong_forms(verdict))}"
                missed = f"{verdict.missed.sum()}\t{_listed(self._missed_forms(verdict))}"
                yield f"{verdict.word}\t{score}\t{wrong}\t{missed}"

    def _wrong_forms(self, verdict: Verdict) -> Counter[str]:
        return self.finder.marked(verdict.word, verdict.wrong)

    def _missed_forms(self, verdict: Verdict) -> Counter[str]:
        documents = self.texts.documents
        return Counter({form: int(verdict.missed[documents[form]].sum()) for form in verdict.forms})


def main(argv: Sequence[str] | None = None) -> int:
    """Prints the figures and the worst words; 1 where they are below their floors, 2 without an index to judge."""
    options = _parser().parse_args(argv)
    if options.index is None and not REAL.is_file():
        print(f"No articles at {REAL}. Name an index: --index DIR", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        found = Judged(options.index or built(Path(folder)), options.words)
        print(*found.table(), *found.worst(options.worst), sep="\n", flush=True)
        if options.tsv:
            options.tsv.write_text("\n".join(found.errors()) + "\n", "utf-8")
    return settle({NAME: found.figures}, options) if options.floors or options.pin_floors else 0


def built(folder: Path) -> Path:
    """An index of the real articles in a folder."""
    build([REAL], folder / NAME, jobs=1)
    return folder / NAME


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.matching", description=__doc__.split("\n")[0])
    parser.add_argument("--index", type=Path, metavar="DIR", help="an index of the articles; built anew without")
    parser.add_argument("--words", type=int, default=WORDS, metavar="N", help="how many words to draw")
    parser.add_argument("--worst", type=int, default=WORST, metavar="N", help="how many of the worst to show")
    parser.add_argument("--tsv", type=Path, metavar="FILE", help="write every word that is not perfect")
    parser.add_argument("--floors", action="store_true", help="check the figures against their floors")
    parser.add_argument("--pin-floors", action="store_true", help="raise the floors to these figures")
    parser.add_argument("--lower-floors", action="store_true", help="with --pin-floors: lower them too")
    return parser


def mean(scores: Sequence[Score]) -> Score:
    """The mean of each."""
    return Score(*np.array(scores).mean(0).tolist())


def below_half(scores: Sequence[Score]) -> Score:
    """The share of words that are below one half, of each."""
    return Score(*(np.array(scores) < HALF).mean(0).tolist())


def _rows(name: str, verdicts: Sequence[Verdict]) -> Iterator[str]:
    for how in ("score", "strictly") if verdicts else ():
        scores = [getattr(verdict, how) for verdict in verdicts]
        figure, low = mean(scores), below_half(scores)
        shown = name if how == "score" else f"{name}, strictly"
        yield (
            f"| {shown} | {len(verdicts)} | {figure.precision:.4f} | {figure.recall:.4f} "
            f"| {low.precision:.2%} | {low.recall:.2%} |"
        )


def _listed(forms: Counter[str]) -> str:
    return ", ".join(f"{form} {count}" for form, count in forms.most_common(FORMS) if count)


if __name__ == "__main__":
    sys.exit(main())
