"""Subtitles and transcripts: SRT and WebVTT, as players, broadcasters and automatic captions write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus.article import Article
from kiosque.corpus.readers.sniffing import sniff
from kiosque.corpus.readers.subtitles import _cues, _fresh, _paragraphs
from kiosque.corpus.refusal import Refusal
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[Mapping[str, str | bytes]], Path]

SRT = """1
00:00:01,000 --> 00:00:03,500
<i>Le pont de Lanvec
rouvre mardi.</i>

2
00:00:03,600 --> 00:00:05,000
{\\an8}Les bus suivront

3
00:00:05,000 --> 00:00:06,000
jeudi prochain.

4
00:00:10,000 --> 00:00:12,000
À Lanvec, Anne Dupré.
"""

VTT = """WEBVTT

NOTE fait par une machine
en deux lignes

STYLE
::cue { color: red }

intro
00:01.000 --> 00:03.000 align:start
<v Anne Dupré>Le pont <c.rouge>rouvre</c> mardi.

00:03.000 --> 00:04.000
<v Anne Dupré>Les bus suivront &amp; vite.

00:04.000 --> 00:05.000
<v Yann>Quand ?
"""


def read(make_corpus: MakeCorpus, name: str, content: str | bytes) -> tuple[list[Article], list[Refusal]]:
    items = list(read_corpus([make_corpus({name: content})]))
    return [one for one in items if isinstance(one, Article)], [one for one in items if isinstance(one, Refusal)]


@pytest.mark.parametrize("name", ["2022-01-19_le-pont-rouvre.srt", "2022-01-19_le-pont-rouvre.txt"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
def test_srt(make_corpus: MakeCorpus, name: str, encoding: str) -> None:
    [article], refused = read(make_corpus, name, SRT.replace("\n", "\r\n").encode(encoding))
    assert article.body == "Le pont de Lanvec rouvre mardi. Les bus suivront jeudi prochain.\n\nÀ Lanvec, Anne Dupré."
    assert (article.title, article.date, article.format) == ("le pont rouvre", "2022-01-19", "sous-titres")
    assert not refused


@pytest.mark.parametrize("name", ["pont.vtt", "pont"])
def test_vtt_gives_speakers(make_corpus: MakeCorpus, name: str) -> None:
    [article], _ = read(make_corpus, name, VTT)
    lines = article.body.replace("\u00a0", " ").split("\n\n")
    assert lines == ["Anne Dupré : Le pont rouvre mardi. Les bus suivront & vite.", "Yann : Quand ?"]
    assert article.title == "pont"


def test_a_header_may_have_the_title(make_corpus: MakeCorpus) -> None:
    [article], _ = read(make_corpus, "a.vtt", "WEBVTT - Le pont rouvre\n\n00:01.000 --> 00:02.000\nMardi.\n")
    assert article.title == "Le pont rouvre"


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Le pont rouvre [dQw4w9WgXcQ].fr.vtt", "Le pont rouvre"),
        ("20220119-le_pont_rouvre.fr-FR.srt", "le pont rouvre"),
        ("Journal de 20 h.srt", "Journal de 20 h"),
        ("pont.srt", "pont"),
    ],
)
def test_titles_of_file_names(make_corpus: MakeCorpus, name: str, title: str) -> None:
    [article], _ = read(make_corpus, name, SRT)
    assert article.title == title


def test_rolling_captions_are_read_once(make_corpus: MakeCorpus) -> None:
    """Automatic captions show each line a second time above the next one, and once more for a hundredth of a second."""
    text = (
        "WEBVTT\nKind: captions\nLanguage: fr\n\n"
        "00:00.000 --> 00:02.000 align:start position:0%\n \nle pont<00:00.500><c> de</c><00:01.000><c> lanvec</c>\n\n"
        "00:02.000 --> 00:02.010\nle pont de lanvec\n \n\n"
        "00:02.010 --> 00:04.000\nle pont de lanvec\nrouvre<00:03.000><c> mardi</c>\n\n"
        "00:04.000 --> 00:04.010\nrouvre mardi\n \n\n"
        "00:04.010 --> 00:06.000\nrouvre mardi\naux voitures\n"
    )
    [article], _ = read(make_corpus, "a.vtt", text)
    assert article.body == "le pont de lanvec rouvre mardi aux voitures"


def test_a_repetition_after_a_pause_is_kept(make_corpus: MakeCorpus) -> None:
    cues = "1\n00:00:01,000 --> 00:00:02,000\nNon.\n\n2\n00:00:03,000 --> 00:00:04,000\nNon.\n"
    [article], _ = read(make_corpus, "a.srt", cues)
    assert article.body == "Non. Non."


def test_cues_separated_by_blank_lines_lose_their_numbers(make_corpus: MakeCorpus) -> None:
    cues = "1\n00:00:01,000 --> 00:00:02,000\nLe pont\n \n2\n00:00:02,000 --> 00:00:03,000\nrouvre.\n"
    [article], _ = read(make_corpus, "a.srt", cues)
    assert article.body == "Le pont rouvre."


def test_turns_and_long_speeches_are_paragraphs(make_corpus: MakeCorpus) -> None:
    cues = ["- Bonjour.", "- Bonjour à vous.", *["Une phrase qui dure un peu sur le pont de Lanvec."] * 20]
    text = "".join(
        f"{n}\n00:00:{n:02},000 --> 00:00:{n + 1:02},000\n{cue if n < 3 else f'{n} {cue}'}\n\n"
        for n, cue in enumerate(cues, 1)
    )
    [article], _ = read(make_corpus, "a.srt", text)
    first, *rest = article.body.split("\n\n")
    assert first == "Bonjour."
    assert rest[0].startswith("Bonjour à vous. 3 Une phrase")
    assert all(len(one) < 700 for one in rest)
    assert len(rest) >= 2


@pytest.mark.parametrize(
    "content", ["Rien ici", "WEBVTT\n", "WEBVTT\n\nNOTE rien\n", "1\n00:00:01,000 --> 00:00:02,000\n\n"]
)
def test_a_file_without_cues_is_refused(make_corpus: MakeCorpus, content: str) -> None:
    articles, [refused] = read(make_corpus, "a.srt", content)
    assert not articles
    assert "exporter" in refused.reason


def test_a_truncated_file_gives_its_complete_cues(make_corpus: MakeCorpus) -> None:
    [article], _ = read(make_corpus, "a.srt", SRT[: SRT.index("jeudi")] + "je")
    assert article.body.endswith("Les bus suivront je")


@pytest.mark.parametrize("head", ["WEBVTTX\n", "12\nh 30 --> 14 h", "1\n00:00 --> 00:01\n", "Le pont --> la rive"])
def test_texts_resembling_subtitles_are_not_subtitles(head: str) -> None:
    assert sniff(head.encode()) is None


WORD = st.text("abcé", min_size=1, max_size=6)


@given(st.lists(st.tuples(st.lists(WORD, min_size=1, max_size=5), st.floats(0, 5)), max_size=20))
def test_no_word_is_lost_or_repeated(spoken: list[tuple[list[str], float]]) -> None:
    """Each cue has a number of its own, so that none repeats another."""
    text, now, words = "", 0.0, list[str]()
    for number, (cue, pause) in enumerate(spoken):
        said = [f"n{number}", *cue]
        now += pause
        text += (
            f"{number}\n00:{int(now) // 60:02}:{now % 60:06.3f} --> 00:{int(now + 1) // 60:02}:{(now + 1) % 60:06.3f}\n"
        )
        text += " ".join(said) + "\n\n"
        words += said
        now += 1
    assert " ".join(_paragraphs(_fresh(_cues(text)))).split() == words


@pytest.mark.parametrize(
    "unit", ["1\n00:00:01,000 --> 00:00:02,000\n", "00:01.000 --> 00:02.000\nun\n\n", "<", "-->", "{\\"]
)
def test_hostile_cues_do_not_hang(make_corpus: MakeCorpus, unit: str) -> None:
    articles, refused = read(make_corpus, "a.srt", "00:01.000 --> 00:02.000\n" + unit * 20_000)
    assert len(articles) + len(refused) == 1
