"""The `kiosque.toml` of a corpus applies to every format; its errors name their place."""

from __future__ import annotations

import io
import json
import os
import re
import zipfile
from collections.abc import Callable
from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosque.corpus.article import Article, Origin
from kiosque.corpus.draft.field_map import FieldMap
from kiosque.corpus.refusal import Refusal
from kiosque.corpus.settings import FIELDS, NONE, BadSettings, Settings, read_settings
from kiosque.index.progress import count_articles
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[dict[str, str | bytes]], Path]
DOCS = (Path(__file__).parents[2] / "docs" / "FORMATS.md").read_text(encoding="utf-8")

NAMED = """
[fields]
title = "manchette"
body = ["récit", "sommaire"]
date = "tirage"
source = "title"
author = "plume"
section = "meta.page"
url = "où"
id = "cote"
"""
RECORD = {
    "cote": "a7",
    "manchette": "Le pont rouvre",
    "title": "La Vigie",
    "récit": "Les bus passent.",
    "body": "Rien.",
    "tirage": "2022-01-19",
    "date": "1999-01-01",
    "plume": "Ana Roy",
    "où": "https://vigie.example/pont",
}


def articles(root: Path) -> list[Article]:
    return [item for item in read_corpus([root]) if isinstance(item, Article)]


def written(record: dict[str, str]) -> dict[str, str | bytes]:
    """The same record in every format with named fields."""
    line = json.dumps(record, ensure_ascii=False)
    return {
        "a.jsonl": line,
        "b.json": f"[{line}]",
        "c.csv": ";".join(record) + "\n" + ";".join(record.values()) + "\n",
        "d.xml": "<n><a>" + "".join(f"<{name}>{text}</{name}>" for name, text in record.items()) + "</a><a/></n>",
        "e.md": "---\n" + "".join(f'{name}: "{text}"\n' for name, text in record.items()) + "---\nLes bus passent.\n",
    }


def test_named_fields_apply_to_every_format(make_corpus: MakeCorpus) -> None:
    found = articles(make_corpus(written(RECORD) | {"kiosque.toml": NAMED}))
    assert len(found) == 5
    for article in found:
        assert (article.title, article.body) == ("Le pont rouvre", "Les bus passent."), article.format
        assert (article.source, article.source_origin) == ("La Vigie", Origin.METADATA)
        assert (article.date, article.author) == ("2022-01-19", "Ana Roy")
        assert (article.url, article.id.partition("~")[0]) == ("https://vigie.example/pont", "a7")


def test_a_nested_key_is_named_by_its_path(make_corpus: MakeCorpus) -> None:
    record = RECORD | {"meta": {"page": "Ville", "title": "Non"}}
    root = make_corpus(
        {"kiosque.toml": NAMED, "a.jsonl": json.dumps(record), "b.json": json.dumps({"_source": record})}
    )
    assert [article.section for article in articles(root)] == ["Ville", "Ville"]


def test_names_of_a_list_are_tried_in_order_before_the_defaults(make_corpus: MakeCorpus) -> None:
    lines = [
        {"manchette": "t", "sommaire": "Deux."},
        {"titre": "Le titre usuel", "texte": "Trois."},
        {"manchette": "t", "récit": "", "sommaire": "Quatre."},
    ]
    root = make_corpus({"kiosque.toml": NAMED, "a.jsonl": "\n".join(map(json.dumps, lines))})
    found = articles(root)
    assert [article.body for article in found] == ["Deux.", "Trois.", "Quatre."]
    assert found[1].title == "Le titre usuel"


@given(st.dictionaries(st.sampled_from(["titre", "texte", "journal", "x", "chapo"]), st.text("abc é", max_size=9)))
def test_without_settings_the_default_names_apply(record: dict[str, object]) -> None:
    assert FieldMap(()).draft(record) == FieldMap((("title", ("absent",)),)).draft(record)


def test_a_default_source_is_for_articles_without_one(make_corpus: MakeCorpus) -> None:
    files: dict[str, str | bytes] = {
        "kiosque.toml": '[defaults]\nsource = "La Vigie"\n',
        "sports/a.txt": "Le pont\n\nIl rouvre.",
        "b.jsonl": '{"title": "t", "body": "x", "date": "2022", "source": "AFP"}\n{"title": "u"}',
        "c.html": "<html><title>Le pont</title><article><p>"
        + "Il rouvre ce matin aux voitures. " * 9
        + "</p></article>",
    }
    found = {article.id: (article.source, article.source_origin) for article in articles(make_corpus(files))}
    given = ("La Vigie", Origin.SETTINGS)
    assert found == {"b:1": ("AFP", Origin.METADATA), "b:2": given, "c": given, "sports/a": given}


@pytest.mark.parametrize(
    ("form", "value", "date"),
    [
        ('"%m/%d/%Y"', "03/04/2022", "2022-03-04"),
        ('"%m/%d/%Y"', "13/04/2022", None),  # not in the configured order: ambiguous
        ('"%d/%m/%y"', "19/01/22", "2022-01-19"),
        ('["%d/%m/%y", "%m-%Y"]', "01-2022", "2022-01"),
        ('"%Y"', "2022", "2022"),
        ('"%d/%m/%y"', "2022-01-19", "2022-01-19"),
        ('"%d/%m/%y"', "mercredi 19 janvier 2022", "2022-01-19"),
        ('"%d%m%Y %H:%M"', "19012022 08:12", "2022-01-19"),
    ],
)
def test_custom_date_formats(make_corpus: MakeCorpus, form: str, value: str, date: str | None) -> None:
    row = {"title": "t", "body": "x", "source": "s", "date": value}
    files: dict[str, str | bytes] = {"kiosque.toml": f"[dates]\nformat = {form}\n", "a.jsonl": json.dumps(row)}
    files["b.csv"] = "title;texte;jour\nt;x;" + value + "\n"
    assert [article.date for article in articles(make_corpus(files))] == [date, date]


def test_file_times_date_articles_only_by_setting(make_corpus: MakeCorpus) -> None:
    line = '{"title": "t", "body": "x", "source": "s"}\n{"title": "t", "date": "2021"}\n'
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("d.txt", "Le pont")
    files: dict[str, str | bytes] = {
        "a.txt": "Le pont",
        "b.jsonl": line,
        "c.csv": "titre;texte\nt;x\n",
        "e.zip": packed.getvalue(),
    }
    root = make_corpus({**files, "2020-05_f.txt": "Le pont"})
    for path in root.iterdir():
        os.utime(path, (1642576320, 1642576320))
    assert [article.date for article in articles(root)] == ["2020-05", None, None, "2021", None, None]
    make_corpus({"kiosque.toml": "[dates]\nmtime = true\n"})
    day = "2022-01-19"
    assert [article.date for article in articles(root)] == ["2020-05", day, day, "2021", day, None]
    assert {article.date_origin for article in articles(root) if article.date == day} == {Origin.FILE_TIME}


def test_excluded_files_are_neither_read_nor_counted(make_corpus: MakeCorpus) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in ("brouillons/x.txt", "y.txt", "z.bak.txt"):
            archive.writestr(name, "Le pont")
    names = ["a.txt", "brouillons/b.txt", "sport/brouillons/c/d.txt", "2019/e.txt", "x/2019/f.txt", "g.bak.txt"]
    files: dict[str, str | bytes] = {**dict.fromkeys(names, "Le pont"), "h.zip": packed.getvalue()}
    root = make_corpus({**files, "kiosque.toml": '[files]\nexclude = ["brouillons", "*.bak.txt", "/2019/*"]\n'})
    assert [item.id for item in read_corpus([root]) if isinstance(item, Article)] == ["a", "h/y", "x/2019/f"]
    assert not [item for item in read_corpus([root]) if isinstance(item, Refusal)]
    assert count_articles([root]) == 3


@pytest.mark.parametrize(
    ("pattern", "path", "out"),
    [
        ("essais", "a/essais/b.txt", True),
        ("essais", "a/essais.txt", False),
        ("*.tmp", "a/b.tmp", True),
        ("/a", "b/a/c.txt", False),
        ("/a", "a/c.txt", True),
        ("a/b", "x/a/b/c.txt", True),
        ("a/b", "x/a/c/b.txt", False),
    ],
)
def test_globs(pattern: str, path: str, out: bool) -> None:
    assert Settings(exclude=(pattern,)).excludes(PurePosixPath(path)) is out


def test_settings_are_found_in_the_folder_or_next_to_the_file(make_corpus: MakeCorpus) -> None:
    root = make_corpus({"kiosque.toml": '[defaults]\nsource = "La Vigie"\n', "a.txt": "Le pont", "b/c.txt": "Le quai"})
    assert [article.source for article in articles(root / "a.txt")] == ["La Vigie"]
    assert [article.source for article in articles(root / "b")] == [None]
    (nested,) = [item for item in read_corpus([root.parent]) if isinstance(item, Refusal)]
    assert nested.path.endswith("kiosque.toml") and "sous-dossier" in nested.reason


def test_one_file_may_configure_corpus_and_server(make_corpus: MakeCorpus) -> None:
    root = make_corpus({"kiosque.toml": 'log = "json"\nport = 8001\n[defaults]\nsource = "La Vigie"\n'})
    assert read_settings(root).source == "La Vigie"
    assert read_settings(root.parent) == NONE


BOM = "\ufeff"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[sources\n", "ligne 1"),
        ('[fields]\ntitle = "a"\n\nbody = "b\n', "ligne 4"),
        ('[fields]\ntitle = "a"\ntitle = "b"\n', "ligne 3"),
        ('[sources]\n# "A" = "c"\n"A" = "b"\n', r"ligne 3, clé « sources\.A » : une liste de noms.*\"A\" = \["),
        ("\nsources = 3\n", r"ligne 2, clé « sources » : une table.*\[sources\]"),
        ('[fields]\ntitel = "a"\n', r"ligne 2, clé « fields\.titel » : clé inconnue ; .*fields\.title"),
        ("[fields]\ntitle = 3\n", r"ligne 2, clé « fields\.title » : .*title = "),
        ('[fields]\n[dates]\nformat = "%d/%m"\n', r"ligne 3, clé « dates\.format » : .*année.*%d/%m/%Y"),
        ('[dates]\nmtime = "oui"\n', r"ligne 2, clé « dates\.mtime » : true ou false"),
        ("dates = {mtime = 1}\n", r"ligne 1, clé « dates\.mtime »"),
        ("fields.title = 3\n", r"ligne 1, clé « fields\.title »"),
        ("[defaults]\nsource = ' '\n", r"ligne 2, clé « defaults\.source »"),
        ("[files]\nexclude = []\n", r"ligne 2, clé « files\.exclude »"),
        ('exclude = ["a"]\n', r"ligne 1, clé « exclude » : l’écrire sous \[files\]"),
        ('exlude = ["a"]\n', r"ligne 1, clé « exlude » : clé inconnue"),
        ("[fichiers]\na = 1\n", r"ligne 1, clé « fichiers » : clé inconnue"),
        (b'[sources]\n"Lib\xe9ration" = []\n', "ligne 2 : n’est pas de l’UTF-8"),
    ],
)
def test_a_settings_error_names_file_line_key_and_repair(make_corpus: MakeCorpus, text: str | bytes, told: str) -> None:
    root = make_corpus({"kiosque.toml": text, "a.txt": "Le pont"})
    with pytest.raises(BadSettings) as error:
        read_corpus([root])
    assert re.search(rf"kiosque\.toml, {told}", str(error.value).replace("\u00a0", " ")), str(error.value)


def test_settings_may_have_a_byte_order_mark(make_corpus: MakeCorpus) -> None:
    assert read_settings(make_corpus({"kiosque.toml": f'{BOM}[defaults]\nsource = "V"\n'})).source == "V"


def test_unreadable_settings_are_reported(make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    root = make_corpus({"kiosque.toml": "", "a.txt": "Le pont"})

    def forbid(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", forbid)
    with pytest.raises(BadSettings, match=r"kiosque\.toml.*donner le droit de lire"):
        read_settings(root)


def test_settings_that_are_not_a_file_are_reported(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "kiosque.toml")
    with pytest.raises(BadSettings, match="pas un fichier ordinaire"):
        read_settings(tmp_path)
    (tmp_path / "kiosque.toml").unlink()
    (tmp_path / "kiosque.toml").symlink_to(tmp_path / "absent")
    with pytest.raises(BadSettings, match="illisible"):
        read_settings(tmp_path)


def example() -> str:
    (found,) = re.findall(r"```toml\n(# kiosque\.toml.*?)```", DOCS, flags=re.DOTALL)
    return str(found)


def test_the_documented_example_is_complete_and_works(make_corpus: MakeCorpus) -> None:
    export = "cote;manchette;article_complet;jour_de_parution;signature;page\n7;Le pont;Il rouvre.;19/01/22;Ana;Ville\n"
    root = make_corpus(
        {"kiosque.toml": example(), "a.csv": export, "brouillons/b.txt": "Non", "c.bak": "Non", "d.txt": "Le quai"}
    )
    settings = read_settings(root)
    assert {name for name, _ in settings.fields} == set(FIELDS)
    assert settings.sources and settings.source and settings.date_formats and settings.exclude and not settings.mtime
    csv, txt = articles(root)
    assert (csv.id, csv.title, csv.body, csv.date) == ("7", "Le pont", "Il rouvre.", "2022-01-19")
    assert (csv.author, csv.section, csv.source) == ("Ana", "Ville", "La Vigie du Port")
    assert (txt.source, txt.date) == ("La Vigie du Port", None)
    assert len(list(read_corpus([root]))) == 2
