"""`python -m index build|sync|watch PATH...`, `stats|verify|doctor`, `export|import ARCHIVE`, all with `--index`.

For an index on a cluster: `build`, `sync`, `watch`, `stats` and `verify` with `--engine URL` instead of `--index`.
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
from kiosque.corpus.french import counted, number
from kiosque.corpus.system_errors import cause_of
from kiosque.corpus.walk.read_corpus import BadSettings, CorpusNotFound
from kiosque.corpus.walk.report import Report
from kiosque.index.build.full_build import build
from kiosque.index.build.removal import SyncSettings
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
from kiosque.index.errors import IndexProblem, french
from kiosque.index.progress import progress_bar
from kiosque.index.text import scanner as tokens

DAMAGED = 1
"""Exit code of `verify` on a damaged index, and of `doctor` on any problem."""

UNUSABLE = 2
"""Exit code for unusable input, as argparse has it for bad options."""

INCOMPLETE = 3
"""Exit code of `build` and `sync` where the system did not let a part of the corpus be read."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command; returns its exit code."""
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
        print(french("Échec ({}) : l’index reste tel quel.", cause_of(error)), file=sys.stderr)
        return UNUSABLE
    except KeyboardInterrupt:
        print(french("Interrompu : l’index reste tel quel."), file=sys.stderr)
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
    commands.choices["sync"].add_argument(
        "--yes", action="store_true", help="retire ce qui n’est plus là, quelle qu’en soit la part"
    )
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
        raise argparse.ArgumentTypeError(french("« {} » n’est pas un nombre de processus : 1 ou plus", text))
    return int(text)


def _build(options: argparse.Namespace) -> int:
    started = time.monotonic()
    with progress_bar(options.paths, options.quiet) as progress:
        if options.engine:
            report = build_cluster(options.paths, _client(options), progress, options.jobs, progress.sent)
        else:
            report = build(options.paths, options.index, progress, options.jobs)
    _print_report(options, report, [], time.monotonic() - started)
    return _whole(report, french("Ce qui s’y trouve n’est pas dans l’index."))


def _sync(options: argparse.Namespace) -> int:
    started = time.monotonic()
    most = 100 if options.yes else SyncSettings.read(os.environ).removed_percent
    with progress_bar(options.paths, options.quiet) as progress:
        if options.engine:
            client = _client(options)
            report, changes = sync_cluster(options.paths, client, progress, options.jobs, progress.sent, most)
        else:
            report, changes = sync(options.paths, options.index, progress, options.jobs, removed_percent=most)
    words = {"added": "ajoutés", "replaced": "remplacés", "removed": "retirés", "unchanged": "inchangés"}
    done = ", ".join(f"{number(getattr(changes, name))} {word}" for name, word in words.items())
    _print_report(options, report, [french("articles : {}", done)], time.monotonic() - started)
    kept = counted(changes.kept, "article gardé sans être relu", "articles gardés sans être relus")
    return _whole(report, french("{} : rien n’est retiré de l’index avant que tout soit lu.", kept))


def _whole(report: Report, outcome: str) -> int:
    """The exit code of a reading; where a part of the corpus could not be read, says so, even if quiet."""
    if not report.withheld:
        return 0
    paths = counted(len(report.withheld), "chemin n’a pas pu être lu", "chemins n’ont pas pu être lus")
    print(french("{}, à commencer par « {} ». {}", paths, report.withheld[0].path, outcome), file=sys.stderr)
    return INCOMPLETE


def _watch(options: argparse.Namespace) -> int:
    from kiosque.index.build.events import changes  # the only use of watchfiles

    if missing := next((path for path in options.paths if not path.exists()), None):
        raise CorpusNotFound(missing)
    most = SyncSettings.read(os.environ).removed_percent
    tell: Tell = (lambda line: None) if options.quiet else _tell
    stop = _stopping(tell)
    named = ", ".join(french("« {} »", path) for path in options.paths)
    tell(french("Suivi de {} : Ctrl-C l’arrête.", named))
    if options.engine:
        follower: Follower = ClusterFollower(options.paths, _cluster(options)[0], tell, stop, options.jobs, most)
    else:
        follower = Follower(options.paths, options.index, tell, stop, options.jobs, most)
    follower.follow(changes(options.paths, options.index, stop, tell))
    return 0


def _tell(line: str) -> None:
    print(f"{time.strftime('%H:%M:%S')}  {line}", flush=True)


def _stopping(tell: Tell) -> Event:
    """An event that the first Ctrl-C or SIGTERM sets; the second ends the process at once."""
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
    """The line that names the file with all refusals; an index on a cluster has none."""
    if options.engine or not report.refusals:
        return []
    return [french("tous les refus : {}", refusals_path(options.index, latest_generation(options.index)))]


def _client(options: argparse.Namespace) -> Client:
    """The client of the given cluster. Raises BadClusterSetting."""
    return Client(options.engine, ClusterSettings.read(os.environ))


def _cluster(options: argparse.Namespace) -> tuple[Client, str]:
    """The client of the given cluster, which answers, and the name of its index. Raises ClusterProblem."""
    client = _client(options)
    client.check()
    return client, client.settings.prefix


def _place(options: argparse.Namespace) -> str:
    """The folder or address of the index, without a password."""
    if not options.engine:
        return str(options.index)
    client = _client(options)
    return f"{client.addresses}/{client.settings.prefix}"


def _finished(report: Report, place: str, seconds: float) -> str:
    speed = number(round(report.articles / seconds))
    taken = f"{seconds:.1f}".replace(".", ",")
    return french("index « {} » prêt en {} s ({} articles/s)", place, taken, speed)


def _stats(options: argparse.Namespace) -> int:
    found = cluster_stats(*_cluster(options)) if options.engine else stats(options.index)
    print(msgspec.json.encode(found).decode() if options.json else _described(found))
    return 0


def _verify(options: argparse.Namespace) -> int:
    problems = verify_cluster(*_cluster(options)) if options.engine else verify(options.index)
    if options.json:
        print(msgspec.json.encode({"problems": problems}).decode())
    else:
        repair = french("L’index est abîmé. Reconstruisez-le : make index")
        print("\n".join([*problems, repair] if problems else [french("index « {} » intact", _place(options))]))
    return DAMAGED if problems else 0


def _export(options: argparse.Namespace) -> int:
    count = export_index(options.index, options.archive)
    print(french("index « {} » exporté dans « {} » : {} fichiers vérifiés", options.index, options.archive, count))
    return 0


def _import(options: argparse.Namespace) -> int:
    count = import_index(options.archive, options.index)
    print(french("archive « {} » importée dans « {} » : {} fichiers vérifiés", options.archive, options.index, count))
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
