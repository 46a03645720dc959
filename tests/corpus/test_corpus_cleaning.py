from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus.clean.encodings import decode_declared
from kiosque.corpus.clean.lines import NotTextError, decode, join, normalise_newlines, without_title

TEXT = "« L’été » coûte 5 € à Nîmes"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32", "windows-1252"])
def test_encodings_are_detected(encoding: str) -> None:
    assert decode(TEXT.encode(encoding)) == TEXT


def test_utf_16_is_detected_by_its_byte_order_mark() -> None:
    assert decode(codecs.BOM_UTF16_LE + TEXT.encode("utf-16-le")) == TEXT
    assert decode(codecs.BOM_UTF16_BE + TEXT.encode("utf-16-be")) == TEXT


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", [TEXT, f"<p>{TEXT * 50}</p>\r\n"])
def test_utf_16_without_a_byte_order_mark_is_detected(encoding: str, text: str) -> None:
    assert decode(text.encode(encoding)) == text
    assert decode_declared(text.encode(encoding)) == text


def test_each_line_is_decoded_on_its_own() -> None:
    assert decode("été\n".encode() + "hâte\n".encode("windows-1252") + "œuvre".encode()) == "été\nhâte\nœuvre"


def test_bytes_undefined_in_windows_1252_become_latin_1_controls() -> None:
    assert decode(b"\xe9t\xe9 \x81 \x80") == "été \x81 €"


@pytest.mark.parametrize("data", [b"a\0b", b"\x01\x02\x03\x04abcd", bytes(range(1, 32)), bytes(400), b"\0\1" * 200])
def test_binary_data_is_refused(data: bytes) -> None:
    with pytest.raises(NotTextError, match="pas du texte"):
        decode(data)


def test_text_may_contain_a_few_control_characters() -> None:
    assert decode(b"page un\x0cpage deux \x1b et la fin de la page") == "page un\x0cpage deux \x1b et la fin de la page"


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1))
def test_utf_8_text_round_trips(text: str) -> None:
    assert decode(text.encode()) == text.removeprefix("\ufeff")


def test_all_newlines_become_line_feeds() -> None:
    assert normalise_newlines("a\r\nb\rc\u2028d\u2029e\n\nf\r\r\n") == "a\nb\nc\nd\ne\n\nf\n\n"


def test_a_repeated_title_is_removed_only_before_the_text() -> None:
    assert without_title(["", "LE PONT !", "Enfin.", "Le pont"], ["Le pont"]) == ["Enfin.", "Le pont"]
    assert without_title(["***", "Enfin."], ["???"]) == ["***", "Enfin."]


def test_one_empty_line_separates_paragraphs() -> None:
    assert join(["", "  Un", "", " \u00a0", "", "Deux ", ""]) == "  Un\n\nDeux "
