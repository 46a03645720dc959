"""The ideas that were tried, one row each: docs/RELEVANCE.md has their figures."""

from __future__ import annotations

from dataclasses import replace

from benchmarks.scorer import Recipe

PLAIN = Recipe()
BASE = Recipe(title=0.5, k1=0.9, dropped="and questions")
"""The baseline of single experiments: the choice of the first rows."""

CHOSEN = replace(BASE, exact=0.4, near=0.1)

EXPERIMENTS: dict[str, Recipe] = {
    "plain BM25F (k1 1.2, b .75, title 2)": PLAIN,
    **{f"title {weight:g}": replace(PLAIN, title=weight) for weight in (0.25, 0.5, 1.0, 3.0, 4.0)},
    **{f"title .5, k1 {k1:g}": replace(PLAIN, title=0.5, k1=k1) for k1 in (0.6, 0.9, 1.5)},
    **{f"title .5, k1 .9, b {b:g}": replace(PLAIN, title=0.5, k1=0.9, b=b) for b in (0.5, 0.85)},
    "title .5, k1 .9, function words kept": replace(PLAIN, title=0.5, k1=0.9, dropped="nothing"),
    "base: title .5, k1 .9, words that only ask dropped too": BASE,
    **{f"base, exact form {weight:g}": replace(BASE, exact=weight) for weight in (0.2, 0.4, 0.8)},
    **{f"base, near {weight:g} within {slop}": replace(BASE, near=weight, near_slop=slop)
       for weight, slop in ((0.1, 1), (0.1, 4), (0.2, 4))},
    "base, near .1 within 4, either order": replace(BASE, near=0.1, near_behind=0.1),
    "base, near .15 within 4, idf of the pair": replace(BASE, near=0.15, near_by="pair"),
    "base, near .15 within 4, idf of the pair, either order":
        replace(BASE, near=0.15, near_behind=0.15, near_by="pair"),
    **{f"base, coordination {power:g}": replace(BASE, coordination=power) for power in (0.3, 1.0)},
    "base, each word .5 more": replace(BASE, per_word=0.5),
    **{f"base, lead {weight:g} within {length}": replace(BASE, lead=weight, lead_length=length)
       for weight, length in ((0.1, 50), (0.2, 50))},
    **{f"base, family {weight:g}": replace(BASE, family=weight) for weight in (0.2, 0.4)},
    "chosen: base, exact .4, near .1 within 4": CHOSEN,
    "chosen with title 1": replace(CHOSEN, title=1.0),
    "chosen with family .3": replace(CHOSEN, family=0.3),
    "chosen with family .3 and lead .1": replace(CHOSEN, family=0.3, lead=0.1),
    "chosen with family .3, near .15 by pair either order":
        replace(CHOSEN, family=0.3, near=0.15, near_behind=0.15, near_by="pair"),
}  # fmt: skip
