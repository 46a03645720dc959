"""A new format is one file and one row: added here to a copy of the package."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from email.message import EmailMessage
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FOOT = "Rejoignez-nous au kiosque du quai, tous les matins"

READER = """
from kiosque.corpus.draft.draft import Draft, finish

def read_notebook(location):
    magic, title, body = location.read(1000).decode().split("\\n", 2)
    yield finish(Draft(title=title, body=body), location)

def read_drawer(location):
    yield finish(Draft(title="Le tiroir", body="Il est plein."), location)
"""
ROWS = """
    Format(
        "carnet",
        (".carnet",),
        _later("notebook", "read_notebook"),
        (".carnet",),
        magic=((b"%CARNET", ".carnet"),),
        scraped=True,
        attached=True,
    ),
    Format(
        "tiroir",
        (".tiroir",),
        _later("notebook", "read_drawer"),
        (".zip",),
        zip_parts=(ZipPart("clef", ".tiroir"),),
    ),
    Format(
        "journal de bord",
        (".bord",),
        _later("notebook", "read_notebook"),
        (".bord",),
        pattern=rb"Quart +[0-9]+\\n",
    ),
)

READERS:"""
SCRIPT = """
import json, sys
from pathlib import Path
import kiosque.corpus
from kiosque.corpus.article import Article
from kiosque.corpus.readers import formats
from kiosque.corpus.walk.parts import files_of
from kiosque.corpus.walk.read_corpus import cut_corpus, read_corpus
assert Path(formats.__file__).is_relative_to(sys.argv[2])
root = [Path(sys.argv[1])]
print(json.dumps({
    "articles": {a.id: [a.format, a.title, a.body] for a in read_corpus(root) if isinstance(a, Article)},
    "refusals": [str(item) for item in read_corpus(root) if not isinstance(item, Article)],
    "files": {name: count for part in cut_corpus(root) for name, count in files_of(part).items()},
}))
"""


def notebook(number: int) -> bytes:
    return f"%CARNET\nLe pont n° {number}\nIl rouvre le {number}.\n\n{FOOT}\n\nFin {number}.".encode()


def zipped(files: dict[str, bytes]) -> bytes:
    data = BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return data.getvalue()


def message() -> bytes:
    mail = EmailMessage()
    mail["From"], mail["Subject"], mail["Date"] = "a@example.org", "Un envoi", "Wed, 19 Jan 2022 08:12:00 +0100"
    mail.set_content("Voici.")
    mail.add_attachment(notebook(9), maintype="application", subtype="octet-stream", filename="joint.carnet")
    return mail.as_bytes()


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What a copy of the package with the new formats reads."""
    package, corpus = tmp_path_factory.mktemp("package"), tmp_path_factory.mktemp("corpus-root")
    shutil.copytree(ROOT / "corpus", package / "kiosque" / "corpus", ignore=shutil.ignore_patterns("__pycache__"))
    readers = package / "kiosque" / "corpus" / "readers"
    (readers / "notebook.py").write_text(READER, encoding="utf-8")
    table = (readers / "formats.py").read_text(encoding="utf-8")
    assert table.count("\n)\n\nREADERS:") == 1
    (readers / "formats.py").write_text(table.replace("\n)\n\nREADERS:", ROWS), encoding="utf-8")
    for number in range(6):
        (corpus / f"{number}.carnet").write_bytes(notebook(number))
    (corpus / "sans-nom").write_bytes(notebook(6))
    (corpus / "faux.md").write_bytes(notebook(7))
    (corpus / "sans-suffixe").write_bytes("\ufeff\nQuart  3\nLe vent tourne\nIl vient du nord.".encode())
    (corpus / "plein.zip").write_bytes(zipped({"dedans.carnet": notebook(8)}))
    (corpus / "lettre.eml").write_bytes(message())
    (corpus / "meuble.zip").write_bytes(zipped({"clef": b"1"}))
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(corpus), str(package)],
        capture_output=True,
        text=True,
        cwd=package,
        env={**os.environ, "PYTHONPATH": str(package)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


@pytest.mark.parametrize(
    ("place", "number"), [("3", 3), ("sans-nom", 6), ("faux", 7), ("plein/dedans", 8)]
)  # by suffix, by first bytes, by first bytes against the suffix, in an archive
def test_a_new_format_is_read_by_suffix_by_content_and_in_archives(
    found: dict[str, Any], place: str, number: int
) -> None:
    assert found["articles"][place][:2] == ["carnet", f"Le pont n° {number}"]


def test_a_file_whose_beginning_matches_the_pattern_is_one_of_its_own(found: dict[str, Any]) -> None:
    assert found["articles"]["sans-suffixe"][0] == "journal de bord"


def test_a_new_format_is_read_as_an_attachment(found: dict[str, Any]) -> None:
    assert any("Il rouvre le 9." in body for _, _, body in found["articles"].values())


def test_a_zip_with_its_member_is_a_document_of_the_new_format(found: dict[str, Any]) -> None:
    assert found["articles"]["meuble"][1:] == ["Le tiroir", "Il est plein."]


def test_boilerplate_of_a_new_format_is_learned(found: dict[str, Any]) -> None:
    assert found["articles"]["3"][2] == "Il rouvre le 3.\n\nFin 3."


def test_files_of_a_new_format_are_counted_by_name(found: dict[str, Any]) -> None:
    assert found["files"]["carnet"] == 6
    assert not found["refusals"]
