"""The scanner against the plain tokenizer."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from kiosque.index.text.analyzer import JOIN, WORD, tokenize
from kiosque.index.text.scanner import END_OF_LETTERS, LAST_CODE_POINT, scan, texts_of
from tests.effort import examples

PIECES = st.sampled_from(
    [
        *"lLdjqcnsthàéEœŒaou0123456789 .,'’ʼ＇′&-«»\"()°",
        *("qu", "jusqu", "lorsqu", "aujourd", "O.N.U.", "10", "000", "ﬁ", "𝐀", "東", "٣", "ſ", "\n"),
        *("\u00a0", "\u202f", "\u2009", "\u00ad", "\u200b", "\u0301", "\u0308", "ᵉ", "½", "²", "\ufeff"),
    ]
)


def plain(text: str) -> list[tuple[str, int, int]]:
    def encoded(at: int) -> int:
        return len(text[:at].encode())

    return [(token.surface, encoded(token.start), encoded(token.end)) for token in tokenize(text)]


def scanned(texts: list[str]) -> list[list[tuple[str, int, int]]]:
    batch = texts_of(texts)
    tokens = scan(batch)
    data, found = batch.data.tobytes(), []
    for text, (first, last) in enumerate(zip(tokens.offsets[:-1], tokens.offsets[1:], strict=True)):
        base = batch.offsets[text]
        spans = [(int(tokens.starts[at]), int(tokens.ends[at])) for at in range(first, last)]
        found.append([(data[start:end].decode(), int(start - base), int(end - base)) for start, end in spans])
    return found


@settings(max_examples=examples(500), deadline=None)
@given(st.lists(st.one_of(st.text(), st.lists(PIECES, max_size=30).map("".join)), max_size=4))
@example(["d'1,5 million", "l''eau", "l'''eau", "U.S.Army", "a.b.cd", "1 000.000", "12 3456", "5 000km"])
@example(["e\u0301'a", "l'\u00ad", "R&D&", "3M&Co", "N’Golo", "d’« abord »", "n°5", "qu'", "l'"])
def test_the_scanner_finds_what_the_tokenizer_finds(texts: list[str]) -> None:
    assert scanned(texts) == [plain(text) for text in texts]


def test_hashes_are_equal_for_equal_surfaces_only() -> None:
    hashes = scan(texts_of(["État état État", "l’État"])).hashes
    assert hashes[0] == hashes[2] == hashes[3] != hashes[1]


@pytest.mark.parametrize("text", ["", " ", "…", "’"])
def test_a_text_without_words_has_no_tokens(text: str) -> None:
    assert scanned([text]) == [[]]


def test_no_letter_or_mark_lies_outside_the_character_table() -> None:
    behind = "".join(map(chr, range(END_OF_LETTERS, LAST_CODE_POINT + 1)))
    assert re.search(f"{WORD}|{JOIN}", behind) is None
