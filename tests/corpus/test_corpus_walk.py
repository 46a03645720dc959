from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from kiosque.corpus.article import Article
from kiosque.corpus.walk.read_corpus import CorpusNotFound, Refusal
from tests.corpus.expand_duplicates import read_corpus

MakeCorpus = Callable[[dict[str, str | bytes]], Path]


def ids(*paths: Path) -> list[str]:
    return [item.id for item in read_corpus(paths) if isinstance(item, Article)]


def refusals(*paths: Path) -> dict[str, str]:
    return {Path(item.path).name: item.reason for item in read_corpus(paths) if isinstance(item, Refusal)}


def test_files_are_read_in_name_order(make_corpus: MakeCorpus) -> None:
    root = make_corpus(dict.fromkeys(("b.txt", "a/z.txt", "a/b/c.txt", "c.TXT", "B.txt"), "Un titre"))
    assert ids(root) == ["B", "a/b/c", "a/z", "b", "c"]


def test_the_name_of_the_root_gives_no_source_and_no_date(tmp_path: Path) -> None:
    root = tmp_path / "la-vigie" / "2018"
    root.mkdir(parents=True)
    (root / "pont.txt").write_text("Le pont")
    (item,) = read_corpus([root])
    assert isinstance(item, Article)
    assert (item.id, item.source, item.date) == ("pont", None, None)


def test_the_id_of_a_single_file_is_its_name(make_corpus: MakeCorpus) -> None:
    root = make_corpus({"a/pont.txt": "Le pont", "a/autre.txt": "Un autre"})
    assert ids(root / "a" / "pont.txt") == ["pont"]


def test_a_relative_path_is_read(make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(make_corpus({"a/pont.txt": "Le pont"}))
    assert ids(Path()) == ids(Path()) == ["a/pont"]
    assert ids(Path("a/pont.txt")) == ["pont"]


def test_hidden_files_and_folders_are_skipped(make_corpus: MakeCorpus) -> None:
    root = make_corpus({".git/a.txt": "x", ".a.txt": "x", "a/.b/c.txt": "x", "pont.txt": "Le pont"})
    assert list(read_corpus([root])) == list(read_corpus([root / "pont.txt"]))


def test_unknown_suffixes_are_refused_with_the_known_ones(make_corpus: MakeCorpus) -> None:
    root = make_corpus({"photo.jpeg": b"\xff\xd8", "sans-suffixe": "x", "pont.txt": "Le pont"})
    found = refusals(root)
    assert set(found) == {"photo.jpeg", "sans-suffixe"}
    assert all(suffix in found["photo.jpeg"] for suffix in (".txt", ".jsonl", ".jsonl.gz"))


def test_articles_with_the_same_id_are_numbered(make_corpus: MakeCorpus) -> None:
    lines = "".join(f'{{"id": "{name}", "title": "t"}}\n' for name in ("a", "a", "a~2", "a", "a~2"))
    root = make_corpus({"depot.jsonl": lines, "z/a.txt": "Un titre"})
    assert ids(root, root / "z") == ["a", "a~2", "a~2~2", "a~3", "a~2~3", "z/a", "a~4"]
    assert ids(root, root / "z") == ids(root, root / "z")


def test_many_equal_ids_are_numbered_in_linear_time(make_corpus: MakeCorpus) -> None:
    root = make_corpus({"depot.jsonl": '{"id": "a", "title": "t"}\n' * 20_000})
    assert ids(root)[-1] == "a~20000"


def test_a_source_is_spelled_as_first_seen(make_corpus: MakeCorpus) -> None:
    root = make_corpus({"a.jsonl": '{"title": "t", "source": "La Vigie du Port"}', "vigie-du-port/b.txt": "Un titre"})
    assert [item.source for item in read_corpus([root]) if isinstance(item, Article)] == ["La Vigie du Port"] * 2


def test_a_missing_path_fails_before_reading(tmp_path: Path) -> None:
    with pytest.raises(CorpusNotFound, match=r"absent\u00a0» n’existe pas. Donnez .* make index CORPUS=/chemin"):
        read_corpus([tmp_path, tmp_path / "absent"])
    assert issubclass(CorpusNotFound, FileNotFoundError)


def test_a_path_below_a_file_is_missing(make_corpus: MakeCorpus) -> None:
    with pytest.raises(CorpusNotFound):
        read_corpus([make_corpus({"pont.txt": "Le pont"}) / "pont.txt" / "plus-bas"])


def test_cyclic_and_broken_links_are_refused(make_corpus: MakeCorpus) -> None:
    root = make_corpus({"a/pont.txt": "Le pont"})
    (root / "a" / "haut").symlink_to(root)
    (root / "a" / "soi.txt").symlink_to(root / "a" / "soi.txt")
    (root / "a" / "vide.txt").symlink_to(root / "absent")
    assert ids(root) == ["a/pont"]
    assert refusals(root) == {
        "haut": "lien vers un dossier déjà lu",
        "soi.txt": "lien cassé ou fichier disparu",
        "vide.txt": "lien cassé ou fichier disparu",
    }


def test_a_link_to_an_outside_folder_is_followed_where_the_setting_says_so(
    make_corpus: MakeCorpus, tmp_path: Path
) -> None:
    (tmp_path / "ailleurs").mkdir()
    (tmp_path / "ailleurs" / "pont.txt").write_text("Le pont")
    root = make_corpus({"b.txt": "Un titre", "kiosque.toml": "[files]\nlinks = true\n"})
    (root / "la-vigie").symlink_to(tmp_path / "ailleurs")
    assert ids(root) == ["b", "la-vigie/pont"]


def test_a_named_pipe_is_refused(make_corpus: MakeCorpus) -> None:
    root = make_corpus({"b.txt": "Un titre"})
    os.mkfifo(root / "a.txt")
    assert (ids(root), refusals(root)) == (["b"], {"a.txt": "n’est pas un fichier ordinaire"})


def test_files_and_folders_without_permission_are_refused(
    make_corpus: MakeCorpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = make_corpus({"a.txt": "x", "b.txt": "Un titre", "c/d.txt": "x"})
    really_open, really_iterdir = Path.open, Path.iterdir

    def forbid(name: str, call: Callable[..., object]) -> Callable[..., object]:
        def checked(path: Path, *args: object) -> object:
            if path.name == name:
                raise PermissionError(13, "Permission denied")
            return call(path, *args)

        return checked

    monkeypatch.setattr(Path, "open", forbid("a.txt", really_open))
    monkeypatch.setattr(Path, "iterdir", forbid("c", really_iterdir))
    assert ids(root) == ["b"]
    assert refusals(root) == dict.fromkeys(("a.txt", "c"), "lecture interdite\u00a0: donner le droit de lire")


def test_names_that_are_not_utf_8_get_replacement_characters(make_corpus: MakeCorpus) -> None:
    root = make_corpus({"b.txt": "Un titre"})
    try:
        Path(os.fsdecode(os.fsencode(root) + b"/\xe9t\xe9.txt")).write_text("Un titre")
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert [name.encode() for name in ids(root)] == [b"b", "\ufffdt\ufffd".encode()]
