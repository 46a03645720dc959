"""Why a hit has its score: the tree as parsed, the plan, and each term's BM25 by part.

A second way to the number that the kernels compute: plain Python from the arrays of a segment, one document at a time.
Slow, for a page of hits. The idea is tantivy's (`Explanation` in bm25.rs).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from textwrap import shorten
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from whoosh.query import Phrase, Query, Term

from kiosque.corpus.french import typeset
from kiosque.index.segment.segment_data import SegmentData
from kiosque.search.execute.plan import Plan, plan
from kiosque.search.execute.snapshot import Snapshot
from kiosque.search.leaves.leaf import Documents, Key, Leaf, Weights
from kiosque.search.leaves.nodes import add_matches, term_keys
from kiosque.search.model import Explanation, HitScore, LeafScore, Node, PlanView, TermScore

LONGEST_NAME: Final = 120
"""Characters of a leaf's name: a wildcard stands for a hundred forms."""


def node_of(tree: Query) -> Node:
    """The tree for people."""
    if tree.is_leaf():
        return Node(name=name_of(tree))
    return Node(name=f"{type(tree).__name__}{_boost(tree)}", children=[node_of(child) for child in tree.children()])


def name_of(node: Query) -> str:
    """A node on one line, as `title:gaz^0.5`, `body:"aid militair"~3`; cut where it lists many forms."""
    if isinstance(node, Term):
        form = getattr(node, "form", node.text)
        return f"{node.fieldname}:{node.text}{'' if form == node.text else f'[{form}]'}{_boost(node)}"
    if isinstance(node, Phrase):
        near = "" if node.slop == 1 else f"~{node.slop}"
        return f'{node.fieldname}:"{" ".join(node.words)}"{near}{_boost(node)}'
    if node.is_leaf():
        return shorten(repr(node), LONGEST_NAME, placeholder=" …")
    return f"{type(node).__name__}({', '.join(map(name_of, node.children()))}){_boost(node)}"


def _boost(node: Query) -> str:
    boost = getattr(node, "boost", 1.0)  # Whoosh's wrapping queries have none
    return "" if boost == 1.0 else f"^{boost:g}"


def plan_view(asked: Plan, selected: Iterable[Query | None] = ()) -> PlanView:
    """A plan for people; `selected` are the filters of the facets."""
    leaves = [leaf for group in (asked.excluded, *asked.groups) for leaf in group]
    filters = [name_of(query) if passing else f"not {name_of(query)}" for query, passing in asked.filters]
    return PlanView(
        groups=[[name_of(leaf) for leaf in group] for group in asked.groups],
        excluded=[name_of(leaf) for leaf in asked.excluded],
        filters=filters + [name_of(query) for query in selected if query is not None],
        without_kernel=[name for leaf in leaves for name in _without_kernel(leaf)],
    )


def _without_kernel(leaf: Query) -> Iterator[str]:
    asked = plan(leaf)
    if asked != Plan(groups=((leaf,),)):
        for group in (asked.excluded, *asked.groups):
            for each in group:
                yield from _without_kernel(each)
    elif isinstance(leaf, Leaf):
        if type(leaf).add_matches is Leaf.add_matches:
            yield name_of(leaf)
    elif not isinstance(leaf, (Term, Phrase)):
        yield name_of(leaf)


def score_parts(snapshot: Snapshot, tree: Query, document: int) -> list[LeafScore]:
    """The leaves that give a document of the snapshot, which matches `tree`, its score."""
    return _Scorer(snapshot, document).parts(plan(tree)) or []


class _Scorer:
    """Scores one document: a SegmentRun."""

    def __init__(self, snapshot: Snapshot, document: int) -> None:
        self._snapshot, self._segment = snapshot, snapshot.segment_of(document)
        self._view = snapshot.views[self._segment]
        self.data, self._document = self._view.data, document - self._view.base
        self._found: list[LeafScore] = []
        self._leaf = ""

    def parts(self, asked: Plan) -> list[LeafScore] | None:
        """The scores of the plan's leaves; None where the document does not match."""
        groups = [self._scores(group) for group in asked.groups]
        if self._scores(asked.excluded) or not all(groups) or not all(self._passes(*each) for each in asked.filters):
            return None
        return [part for group in groups for part in group]

    def _scores(self, leaves: Sequence[Query]) -> list[LeafScore]:
        """The scores of the leaves that have the document."""
        outer, self._found = self._found, []
        for leaf in leaves:
            self._leaf = name_of(leaf)
            add_matches(leaf, self)
        found, self._found = self._found, outer
        return found

    def _passes(self, query: Any, passing: bool) -> bool:
        snapshot, view = self._snapshot, self._view
        values, places = snapshot.values[query.column], view.places[query.column]
        place = places[self.data[f"column.{query.column}"][self._document]]
        return bool(query.passes(values)[place]) is passing

    def add_term(self, leaf: Term, lifted: Callable[[SegmentData, int], int] | None = None, bonus: float = 0.0) -> None:
        """See SegmentRun."""
        number, at = self._posting(leaf.fieldname, leaf.text)
        if at >= 0:
            bits = lifted(self.data, number) if lifted else 0
            begin, _ = self.data.posting_range(number)
            has_form = bool(bits) and bool(self.data["form_bits"][begin + at] & bits)
            frequency = float(self.data.weights(number)[at])
            self._add([self._score([(leaf.fieldname, leaf.text)], frequency, leaf.boost, bonus if has_form else 0.0)])

    def add_phrase(self, leaf: Phrase) -> None:
        """See SegmentRun."""
        postings = [self._posting(*key) for key in term_keys(leaf)]
        if all(at >= 0 for _, at in postings) and self._in_order(postings, leaf.slop):
            frequencies = [float(self.data.weights(number)[at]) for number, at in postings]
            rows = zip(term_keys(leaf), frequencies, strict=True)
            self._add([self._score([key], frequency, leaf.boost) for key, frequency in rows])

    def add_documents(self, documents: Documents, weights: Weights, keys: list[Key], boost: float) -> None:
        """See SegmentRun."""
        at = _place(documents, self._document)
        if at >= 0:
            self._add([self._score(keys, float(weights[at]), boost)] if keys else [])

    def add_tree(self, node: Query) -> None:
        """See SegmentRun."""
        leaf, asked = self._leaf, plan(node)
        if asked == Plan(groups=((node,),)):
            self._add_whoosh(node)
        elif (parts := self.parts(asked)) is not None:
            terms = [term for part in parts for term in part.terms]
            self._found.append(LeafScore(leaf=leaf, score=asked.base + sum(part.score for part in parts), terms=terms))

    def _add_whoosh(self, node: Query) -> None:
        searcher = self._snapshot.searcher
        leaf_searcher, _ = searcher.leaf_searchers()[self._segment]
        matcher = node.matcher(leaf_searcher, searcher.context(needs_current=True))
        while matcher.is_active() and matcher.id() < self._document:
            matcher.next()
        if matcher.is_active() and matcher.id() == self._document:
            self._found.append(LeafScore(leaf=self._leaf, score=float(matcher.score())))

    def _add(self, terms: list[TermScore]) -> None:
        self._found.append(LeafScore(leaf=self._leaf, score=sum(term.score for term in terms), terms=terms))

    def _posting(self, name: str, text: str) -> tuple[int, int]:
        """The number of a term in the segment, and which of its postings is the document's; -1 for none."""
        number = self.data.term_number(name, text.encode())
        return number, _place(self.data.documents(number), self._document) if number >= 0 else -1

    def _in_order(self, postings: Sequence[tuple[int, int]], slop: int) -> bool:
        """Whether the terms occur in this order, each at most `slop` places after the one before."""
        first, *others = (self._positions(*posting) for posting in postings)
        reached = set(first)
        for positions in others:
            reached = {there for there in positions if any(there - step in reached for step in range(1, slop + 1))}
        return bool(reached)

    def _positions(self, number: int, at: int) -> list[int]:
        counts, positions = self.data.positions(number)
        end = int(np.cumsum(counts)[at])
        found: list[int] = positions[end - int(counts[at]) : end].tolist()
        return found

    def _score(self, keys: Sequence[Key], frequency: float, weight: float, bonus: float = 0.0) -> TermScore:
        """The score of terms of one field that count as one word, as frequent as the most frequent of them."""
        ranking, name = self._snapshot.ranking, keys[0][0]
        idf = self._snapshot.idf(max(self._document_frequency(*key) for key in keys))
        lengths = self.data.lengths(name)
        length, average = int(lengths[self._document]) if len(lengths) else 0, self._view.averages[name]
        norm = ranking.k1 * (1 - ranking.b + ranking.b * length / average)
        product = weight * (1 + bonus) * idf * (ranking.k1 + 1) * frequency / (frequency + norm)
        return TermScore(
            field=name,
            term="|".join(term for _, term in keys),
            frequency=frequency,
            length=length,
            norm=norm,
            idf=idf,
            weight=weight,
            bonus=bonus,
            score=product,
        )

    def _document_frequency(self, name: str, term: str) -> int:
        """In how many documents of the snapshot the field has the term."""
        numbers = ((data, data.term_number(name, term.encode())) for data in self._snapshot.segments)
        return sum(data.document_frequency(number) for data, number in numbers if number >= 0)


def _place(documents: NDArray[np.uint32], document: int) -> int:
    """Where a document is in an ascending list; -1 where it is not."""
    at = int(np.searchsorted(documents, document))
    return at if at < len(documents) and documents[at] == document else -1


TERM_LINE: Final = (
    "      {0.field}:{0.term} = {0.score:.4f} (poids {0.weight:g}, forme tapée +{0.bonus:g}, idf {0.idf:.4f}, "
    "tf {0.frequency:g}, longueur {0.length}, norme {0.norm:.4f})"
)


def as_text(explanation: Explanation) -> Iterator[str]:
    """An explanation for a terminal, line by line."""
    yield from (note.message for note in explanation.notes)
    yield typeset("arbre :")
    yield from _outline(explanation.tree, 1)
    yield typeset("plan :")
    shown = explanation.plan
    for number, group in enumerate(shown.groups, 1):
        yield typeset(f"  groupe {number} : ") + " | ".join(group)
    for label, names in (("exclus", shown.excluded), ("filtres", shown.filters), ("sans noyau", shown.without_kernel)):
        if names:
            yield typeset(f"  {label} : ") + ", ".join(names)
    for hit in explanation.hits:
        yield from _hit_lines(hit)


def _outline(node: Node, depth: int) -> Iterator[str]:
    yield "  " * depth + node.name
    for child in node.children:
        yield from _outline(child, depth + 1)


def _hit_lines(hit: HitScore) -> Iterator[str]:
    yield f"\n{hit.rank}. {hit.title} · {hit.id}"
    yield f"   score {hit.score:.4f}" + (f" = {hit.base:g}" if hit.base else "")
    for part in hit.parts:
        yield f"   + {part.score:.4f}  {part.leaf}"
        yield from (TERM_LINE.format(term) for term in part.terms)
