"""One query tree in the syntax of four engines."""

import pytest

from benchmarks.tree import FTS5, KIOSQUE, TANTIVY, WHOOSH, AllOf, AnyOf, Node, Phrase, Syntax, Without, Word

A, B, C, D = map(Word, "abcd")


@pytest.mark.parametrize(
    ("tree", "kiosque", "tantivy", "fts5", "whoosh"),
    [
        (A, "a", "a", '"a"', "a"),
        (AllOf((A,)), "a", "a", '"a"', "a"),
        (AllOf((A, B)), "a b", "a b", '"a" AND "b"', "a AND b"),
        (AnyOf((A, B)), "a OU b", "a OR b", '"a" OR "b"', "a OR b"),
        (Phrase(("a", "b")), '"a b"', '"a b"', '"a b"', '"a b"'),
        (AllOf((A, Without(B))), "a -b", "a -b", '"a" NOT "b"', "a AND NOT b"),
        (
            AllOf((AnyOf((A, B)), AnyOf((C, D)))),
            "(a OU b) (c OU d)",
            "(a OR b) (c OR d)",
            '("a" OR "b") AND ("c" OR "d")',
            "(a OR b) AND (c OR d)",
        ),
        (
            AnyOf((Phrase(("a", "b")), AllOf((C, D)))),
            '"a b" OU (c d)',
            '"a b" OR (c d)',
            '"a b" OR ("c" AND "d")',
            '"a b" OR (c AND d)',
        ),
        (
            AllOf((A, Phrase(("b", "c")), Without(D))),
            'a "b c" -d',
            'a "b c" -d',
            '"a" AND "b c" NOT "d"',
            'a AND "b c" AND NOT d',
        ),
    ],
)
def test_a_tree_in_each_syntax(tree: Node, kiosque: str, tantivy: str, fts5: str, whoosh: str) -> None:
    written = [syntax.write(tree) for syntax in (KIOSQUE, TANTIVY, FTS5, WHOOSH)]
    assert written == [kiosque, tantivy, fts5, whoosh]


@pytest.mark.parametrize("syntax", [KIOSQUE, TANTIVY, FTS5, WHOOSH])
def test_a_pure_exclusion_is_refused(syntax: Syntax) -> None:
    with pytest.raises(TypeError, match="AllOf"):
        syntax.write(AnyOf((A, Without(B))))
