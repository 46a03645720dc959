"""Several processes read a folder of mixed formats exactly as one process does."""

import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path

import msgspec
import pytest

import kiosque.index.build.batches
from kiosque.corpus.article import Article
from kiosque.corpus.packed import blocks as lines
from kiosque.corpus.walk import parts
from kiosque.corpus.walk.parts import Group
from kiosque.corpus.walk.read_corpus import BadSettings, cut_corpus, read_corpus
from kiosque.corpus.walk.report import Report
from kiosque.index.build.full_build import build
from kiosque.index.care.verify import verify
from kiosque.index.commit.reader import open_reader
from kiosque.index.segment.schema import article_of, stored

FOOT = "Rejoignez-nous au kiosque du quai, tous les matins"
PARAGRAPH = "Le pont de la Lune rouvre ce matin aux voitures, après onze mois de travaux que la ville a payés."


def page(number: int, foot: str = FOOT) -> str:
    text = f"<p>{PARAGRAPH} Jour {number}.</p><p>Nuit {number}. {PARAGRAPH}</p><p>{foot}</p>"
    return f"<html><body><article><h1>Le pont {number}</h1>{text}</article></body></html>"


def row(number: int, source: str) -> str:
    return json.dumps({"id": number, "title": f"Titre {number}", "body": f"Le gaz {number}", "source": source}) + "\n"


def foreign(number: int) -> str:
    return json.dumps({"headline": f"Titre {number}", "texte": "Le gaz.", "outlet": "www.vigie.example"}) + "\n"


def zipped(files: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def tarred(files: dict[str, str]) -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w:gz") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content.encode())
            archive.addfile(member, io.BytesIO(content.encode()))
    return data.getvalue()


MESSAGE = "From: La Vigie <v@vigie.example>\nSubject: Pont\nMessage-ID: <1@x>\nDate: Wed, 19 Jan 2022 08:12:00 +0100\n"

FEED = f"""<?xml version="1.0"?><rss version="2.0"><channel><title>Le Phare</title>
<item><title>Le phare</title><description>{PARAGRAPH}</description></item></channel></rss>"""


def contents() -> dict[str, str | bytes]:
    exports = "".join(row(number, "La vigie du port") for number in range(60))
    return {
        "kiosque.toml": '[sources]\n"La Vigie du Port" = ["vigie.example", "La Vigie"]\n',
        "a.jsonl": "".join(row(number, "La Vigie") for number in range(80)) + "[]\n",
        "b.ndjson": "".join(map(foreign, range(80))) + '{"title": \n',
        "c.jsonl.gz": gzip.compress(exports.encode()),
        "d.ndjson.gz": gzip.compress(exports.encode())[:-20],
        "e.jsonl": page(100, "Une page sous un faux nom"),
        "f.jsonl": gzip.compress(page(101, "Une page compressée").encode()),
        "g.jsonl.gz": zipped({"x.txt": "Le pont\n\nIl rouvre."}),
        "h.jsonl": "",
        "i.jsonl": row(0, "La Vigie").encode("utf-16"),
        "j.json": f"[{row(1, 'Le Phare')}, 3]",
        "k.csv": "titre;texte;journal\nLe pont;Il rouvre.;vigie.example\n;;\n",
        "l.md": "---\ntitle: Le pont\nsource: La Vigie\ndate: 2022-01-19\n---\nIl rouvre.\n",
        "m.xml": FEED,
        "n.eml": f"{MESSAGE}\nIl rouvre.\n",
        "o.mbox": f"From x@y.example Wed Jan 19 08:12:00 2022\n{MESSAGE}\nIl rouvre.\n\n" * 3,
        "p.zip": zipped({f"la-vigie/{number}.html": page(20 + number) for number in range(20)} | {"../x.txt": "Non"}),
        "q.tar.gz": tarred({"a.jsonl": exports + "3\n", "le-phare/c.txt": "Le pont\n\nIl rouvre."}),
        "r.zip": b"PK\x03\x04",
        "s.png": b"\x89PNG",
        "t": page(102, "Une page sans suffixe"),
        **{f"la-vigie/{number}.html": page(number) for number in range(20)},
        **{f"le-phare/{n}.txt": f"Le phare n° {n}\n\nIl éclaire le {n}.\n\n{FOOT}" if n % 7 else "" for n in range(40)},
    }


@pytest.fixture
def corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A corpus of many small parts in most formats, some damaged or misnamed."""
    monkeypatch.setattr(lines, "BLOCK", 1_000)
    monkeypatch.setattr(parts, "GROUP", 4)
    monkeypatch.setattr(kiosque.index.build.batches, "BATCH", 16)
    root = tmp_path / "corpus"
    for name, content in contents().items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return root


def built(roots: list[Path], directory: Path, jobs: int) -> tuple[Report, dict[str, dict[str, object]]]:
    report = build(roots, directory, jobs=jobs, flush_bytes=20_000)
    assert verify(directory) == []
    return report, {fields["id"]: fields for _, fields in open_reader(directory).iter_docs()}


def test_reading_mixed_formats_does_not_depend_on_the_number_of_processes(corpus: Path, tmp_path: Path) -> None:
    roots = [corpus, corpus / "le-phare" / "1.txt", corpus / "a.jsonl"]
    one, articles = built(roots, tmp_path / "one", 1)
    three, same = built(roots, tmp_path / "three", 3)
    assert articles == same
    assert one.refusals == three.refusals, "in reading order"
    assert one.summary() == three.summary()
    assert one.lines() == three.lines()


def test_the_index_stores_the_articles_of_the_corpus(corpus: Path, tmp_path: Path) -> None:
    _, articles = built([corpus], tmp_path / "index", 2)
    read = [item for item in read_corpus([corpus]) if isinstance(item, Article)]
    assert [article_of(stored(article)) for article in read] == read
    assert articles == {article.id: msgspec.to_builtins(article) for article in read}
    assert any(article.cuts for article in read)


def test_every_format_is_read_and_its_sources_have_one_name(corpus: Path, tmp_path: Path) -> None:
    report, articles = built([corpus], tmp_path / "index", 2)
    assert set(report.formats) >= {"JSON lines", "JSON", "HTML", "texte", "tableau", "Markdown", "XML", "courriel"}
    assert {"e", "f", "g/x", "t", "p/la-vigie/3", "q/le-phare/c", "b:80"} <= articles.keys()
    assert {fields["source"] for fields in articles.values() if "source" in fields} == {"La Vigie du Port", "Le Phare"}
    assert articles["b:1"]["source_written"] == "www.vigie.example"
    assert articles["le-phare/1"]["source_written"] == "Le phare"
    assert all(fields["source"] != fields.get("source_written") for fields in articles.values() if "source" in fields)


def test_boilerplate_is_removed_in_every_process(corpus: Path, tmp_path: Path) -> None:
    report, articles = built([corpus], tmp_path / "index", 3)
    cut = {id for id, fields in articles.items() if fields.get("cuts")}
    assert {"la-vigie/3", "p/la-vigie/3", "le-phare/3"} <= cut
    assert all(FOOT not in str(articles[id]["body"]) for id in cut)
    assert report.cut_articles == len(cut)


def test_only_json_lines_files_are_split(corpus: Path) -> None:
    cut = {str(part.location.path.name) for part in cut_corpus([corpus]) if not isinstance(part, Group)}
    assert cut == {"a.jsonl", "b.ndjson", "c.jsonl.gz", "d.ndjson.gz"}


def test_invalid_settings_stop_a_build_before_reading(corpus: Path, tmp_path: Path) -> None:
    (corpus / "kiosque.toml").write_text("[sources\n")
    for jobs in (1, 2):
        with pytest.raises(BadSettings, match=r"kiosque\.toml"):
            build([corpus], tmp_path / "index", jobs=jobs)
