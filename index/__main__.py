"""`python -m index build|sync|watch PATH...`, `stats|verify|doctor`, `export|import ARCHIVE`, all with `--index`.

For an index on a cluster: `build`, `sync`, `watch`, `stats` and `verify` with `--engine URL` in the place of `--index`.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from signal import SIGINT, SIGTERM, default_int_handler, signal
from threading import Event

import msgspec

from kiosque.corpus.checkout import program
from kiosque.corpus.french import number
from kiosque.corpus.system_errors import cause_of
from kiosque.corpus.walk.read_corpus import BadSettings, CorpusNotFound
from kiosque.corpus.walk.report import Report
from kiosque.index.build.full_build import build
from kiosque.index.build.sync import sync
from kiosque.index.build.watch import Follower, Tell
from kiosque.index.care.backup import export_index, import_index
from kiosque.index.care.doctor import examine
from kiosque.index.care.stats import Stats, stats
from kiosque.index.care.verify import verify
from kiosque.index.cluster.build import build_cluster
from kiosque.index.cluster.care import cluster_stats, verify_cluster
from kiosque.index.cluster.client import Client
from kiosque.index.cluster.settings import ClusterSettings
from kiosque.index.cluster.sync import ClusterFollower, sync_cluster
from kiosque.index.commit.reader import latest_generation
from kiosque.index.commit.reports import refusals_path
from kiosque.index.compiled import FIRST_TIME, compiled_before
from kiosque.index.errors import IndexProblem
from kiosque.index.progress import progress_bar
from kiosque.index.text import scanner as tokens

DAMAGED = 1
"""Exit code of `verify` where something is wrong."""

UNUSABLE = 2
"""Exit code where what was given cannot be used, as argparse has it for bad options."""


def main(argv: Sequence[str] | None = None) -> int:
    """Does what was asked; the exit code."""
    options = _parser().parse_args(argv)
    if (
        options.command in ("build", "sync", "watch")
        and not options.quiet
        and not compiled_before(Path(tokens.__file__))
    ):
        print(FIRST_TIME, file=sys.stderr, flush=True)
    try:
        return COMMANDS[options.command](options)
    except (BadSettings, CorpusNotFound, IndexProblem) as error:
        print(error, file=sys.stderr)
        return UNUSABLE
    except OSError as error:
        print(f"Échec ({cause_of(error)})\u00a0: l’index reste tel quel.", file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print("Interrompu\u00a0: l’index reste tel quel.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog=program("index", "kiosque"), description="Construit et décrit un index de presse."
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, help_text in (
        ("build", "remplace l’index par celui de ces articles"),
        ("sync", "ne lit que ce qui a changé"),
        ("watch", "suit un dossier et tient l’index à jour"),
    ):
        typed = "kiosque index" if name == "build" else f"kiosque {name}"
        writing = commands.add_parser(name, help=help_text, prog=program(f"index {name}", typed))
        writing.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="dossier ou fichier d’articles")
        writing.add_argument(
            "--jobs", type=_jobs, default=os.cpu_count() or 1, metavar="N", help="processus (%(default)s)"
        )
        writing.add_argument("--quiet", action="store_true", help="ni barre ni rapport")
        writing.add_argument("--json", action="store_true", help="le rapport en JSON")
    for name, help_text in (("stats", "dit ce que l’index contient"), ("verify", "vérifie chaque fichier de l’index")):
        commands.add_parser(name, help=help_text).add_argument("--json", action="store_true", help="en JSON")
    commands.add_parser("doctor", help="examine l’index et ce qu’il lui faut, et dit quoi faire")
    for name, metavar, help_text in (
        ("export", "ARCHIVE", "écrit l’index dans une archive tar, avec ses sommes de contrôle"),
        ("import", "ARCHIVE", "remplace l’index par celui d’une archive, une fois vérifiée"),
    ):
        commands.add_parser(name, help=help_text).add_argument("archive", metavar=metavar, type=Path)
    for command in commands.choices.values():
        command.add_argument("--index", type=Path, default=Path("var/index"), metavar="DIR", help="dossier de l’index")
    for name in ("build", "sync", "watch", "stats", "verify"):
        commands.choices[name].add_argument(
            "--engine", metavar="URL", help="adresse d’un cluster OpenSearch, à la place du dossier"
        )
    return parser


def _jobs(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"«\u00a0{text}\u00a0» n’est pas un nombre de processus\u00a0: 1 ou plus")
    return int(text)


def _build(options: argparse.Namespace) -> int:
    started = time.monotonic()
    with progress_bar(options.paths, options.quiet) as progress:
        if options.engine:
            report = build_cluster(options.paths, _client(options), progress, options.jobs, progress.sent)
        else:
            report = build(options.paths, options.index, progress, options.jobs)
    _print_report(options, report, [], time.monotonic() - started)
    return 0


def _sync(options: argparse.Namespace) -> int:
    started = time.monotonic()
    with progress_bar(options.paths, options.quiet) as progress:
        if options.engine:
            report, changes = sync_cluster(options.paths, _client(options), progress, options.jobs, progress.sent)
        else:
            report, changes = sync(options.paths, options.index, progress, options.jobs)
    words = {"added": "ajoutés", "replaced": "remplacés", "removed": "retirés", "unchanged": "inchangés"}
    done = ", ".join(f"{number(getattr(changes, name))} {word}" for name, word in words.items())
    _print_report(options, report, [f"articles\u00a0: {done}"], time.monotonic() - started)
    return 0


def _watch(options: argparse.Namespace) -> int:
    from kiosque.index.build.events import changes  # a library that nothing else needs

    if missing := next((path for path in options.paths if not path.exists()), None):
        raise CorpusNotFound(missing)
    tell: Tell = (lambda line: None) if options.quiet else _tell
    stop = _stopping(tell)
    named = ", ".join(f"«\u00a0{path}\u00a0»" for path in options.paths)
    tell(f"Suivi de {named}\u00a0: Ctrl-C l’arrête.")
    if options.engine:
        follower: Follower = ClusterFollower(options.paths, _cluster(options)[0], tell, stop, options.jobs)
    else:
        follower = Follower(options.paths, options.index, tell, stop, options.jobs)
    follower.follow(changes(options.paths, options.index, stop, tell))
    return 0


def _tell(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {line}", flush=True)


def _stopping(tell: Tell) -> Event:
    """Is set by the first Ctrl-C or SIGTERM; the second ends the process at once, as without this."""
    stop = Event()

    def end(number: int, frame: object) -> None:
        stop.set()
        tell("Arrêt après l’indexation en cours.")
        for each in (SIGINT, SIGTERM):
            signal(each, default_int_handler)

    for each in (SIGINT, SIGTERM):
        signal(each, end)
    return stop


def _print_report(options: argparse.Namespace, report: Report, more: list[str], seconds: float) -> None:
    if options.json:
        print(msgspec.json.encode(report.summary()).decode())
    elif not options.quiet:
        lines = [*report.lines(), *_refusals(report, options), *more]
        print("\n".join([*lines, _finished(report, _place(options), seconds)]))


def _refusals(report: Report, options: argparse.Namespace) -> list[str]:
    """Where all refusals stand: beside an index that is a folder."""
    if options.engine or not report.refusals:
        return []
    return [f"tous les refus\u00a0: {refusals_path(options.index, latest_generation(options.index))}"]


def _client(options: argparse.Namespace) -> Client:
    """The way to the cluster that was named. Raises BadClusterSetting."""
    return Client(options.engine, ClusterSettings.read(os.environ))


def _cluster(options: argparse.Namespace) -> tuple[Client, str]:
    """The way to the cluster, which answers, and the name of its index. Raises ClusterProblem."""
    client = _client(options)
    client.check()
    return client, client.settings.prefix


def _place(options: argparse.Namespace) -> str:
    """Where the index is, as it is shown: never with a password."""
    if not options.engine:
        return str(options.index)
    client = _client(options)
    return f"{client.addresses}/{client.settings.prefix}"


def _finished(report: Report, place: str, seconds: float) -> str:
    speed = number(round(report.articles / seconds))
    taken = f"{seconds:.1f}".replace(".", ",")
    return f"index «\u00a0{place}\u00a0» prêt en {taken} s ({speed} articles/s)"


def _stats(options: argparse.Namespace) -> int:
    found = cluster_stats(*_cluster(options)) if options.engine else stats(options.index)
    print(msgspec.json.encode(found).decode() if options.json else _described(found))
    return 0


def _verify(options: argparse.Namespace) -> int:
    problems = verify_cluster(*_cluster(options)) if options.engine else verify(options.index)
    if options.json:
        print(msgspec.json.encode({"problems": problems}).decode())
    else:
        repair = "L’index est abîmé. Reconstruisez-le\u00a0: make index"
        print("\n".join([*problems, repair] if problems else [f"index «\u00a0{_place(options)}\u00a0» intact"]))
    return DAMAGED if problems else 0


def _export(options: argparse.Namespace) -> int:
    count = export_index(options.index, options.archive)
    print(
        f"index «\u00a0{options.index}\u00a0» exporté "
        f"dans «\u00a0{options.archive}\u00a0»\u00a0: {count} fichiers vérifiés"
    )
    return 0


def _import(options: argparse.Namespace) -> int:
    count = import_index(options.archive, options.index)
    print(
        f"archive «\u00a0{options.archive}\u00a0» importée "
        f"dans «\u00a0{options.index}\u00a0»\u00a0: {count} fichiers vérifiés"
    )
    return 0


def _doctor(options: argparse.Namespace) -> int:
    well = True
    for finding in examine(options.index):
        print("bien   " if finding.well else "À FAIRE", finding.line, flush=True)
        well &= finding.well
    return 0 if well else DAMAGED


def _described(found: Stats) -> str:
    span = f"du {found.first} au {found.last}" if found.first else "aucun daté"
    counts = f"{number(found.articles)} articles ({number(found.undated)} sans date), {number(found.sources)} sources"
    return f"{counts}, {span}"


COMMANDS = {
    "build": _build,
    "sync": _sync,
    "watch": _watch,
    "stats": _stats,
    "verify": _verify,
    "doctor": _doctor,
    "export": _export,
    "import": _import,
}


if __name__ == "__main__":
    sys.exit(main())
