"""Texts and queries that people and machines might send: what the language knows, in any order, and anything else."""

from __future__ import annotations

from hypothesis import strategies as st

LETTERS = [*"aeéèçœÆŒilLdqst", "ſ", "İ", "ß", "ﬁ", "𝐀", "東", "٣", "ᵉ", "½", "²", "e\u0301", "\u0301", "\u0308"]
WORDS = (
    "gaz Gaz l’aide aide militaire Élysée elysee O.N.U. ONU Saint-Denis R&D qu’il aujourd’hui COVID-19 20h30".split()
)
NUMBERS = ["0", "7", "10", "000", "10 000", "1\u202f000", "1.000", "1,5", "2022", "2022-01", "19/01/2022", "9" * 40]
SIGNS = [*"'’ʼ＇`.,;:!?…-–&@#/\\|+°%$€<>[]{}^_~*=()\"«»“”", "&amp;", "<script>", "</mark>", "<mark>", "'\"><b>"]
BLANKS = [" ", "  ", "\n", "\n\n", "\r\n", "\t", "\u00a0", "\u202f", "\u2009", "\u2028", "\x0b", "\x85"]
INVISIBLE = [
    "\u00ad",
    "\u200b",
    "\u200d",
    "\ufeff",
    "\x00",
    "\x1b",
    "\ufdd0",
    "\ufdd1",
    "\uffff",
    "\U0010ffff",
    "\u202e",
]
GRAMMAR = [
    " ET ", " OU ", " SAUF ", " NON ", " AND ", " OR ", " NOT ", "(", ")", "((", "-", "=", '"', "«\u00a0", "\u00a0»",
    "titre:", "texte:", "source:", "date:", "auteur:", "rubrique:", "date:2022..2023", "date:..", "date:9999-99",
    "~", "~1", "~9", "~999", '"a b"~3', "*", "?", "ga*", "*z", "a*?*b", "????", "=Élysée", '="Saint Denis"', "OTAN ",
]  # fmt: skip

CHARACTERS = st.characters(exclude_categories=["Cs"])
PIECES = st.sampled_from([*LETTERS, *WORDS, *NUMBERS, *SIGNS, *BLANKS, *INVISIBLE])
RUNS = st.tuples(PIECES, st.integers(1, 70)).map(lambda run: run[0] * run[1])

TEXTS = st.one_of(
    st.text(CHARACTERS, max_size=60),
    st.lists(st.one_of(PIECES, RUNS), max_size=60).map("".join),
    st.lists(st.sampled_from([*WORDS, *NUMBERS, "Un mot. ", "M. Roux", "\n"]), max_size=120).map(" ".join),
)
"""Any text that an article may have; readers let no lone surrogate through."""

QUERIES = st.one_of(
    st.text(max_size=60),
    st.lists(st.one_of(st.sampled_from(GRAMMAR), PIECES, RUNS), max_size=40).map("".join),
    st.lists(st.sampled_from([*WORDS, *GRAMMAR]), max_size=12).map(" ".join),
)
"""Any query, lone surrogates included."""
