"""The API over HTTP: the examples of docs/API.md, and schemathesis with openapi.json."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen

import pytest

from kiosque.index.build.full_build import build
from kiosque.search import open_engine, warm_up
from tests.effort import slow
from tests.threaded_server import serve_in_thread

ROOT = Path(__file__).parents[2]
DOCS = (ROOT / "docs/API.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXAMPLES = int(os.environ.get("KIOSQUE_EXAMPLES", "8"))


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


CURLS = [line for block in blocks(DOCS, "sh") for line in block.splitlines() if line.startswith("curl")]


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    index = tmp_path_factory.mktemp("live") / "index"
    build([ROOT / "corpus/sample"], index)
    warm_up(open_engine(str(index)))
    with serve_in_thread({"INDEX": str(index), "EXPLAIN": True}) as url:
        yield url


def with_address(text: str, address: str) -> str:
    return text.replace("http://127.0.0.1:8000", address)


@pytest.mark.parametrize("code", blocks(DOCS, "python"))
def test_the_python_examples_of_the_docs_run(code: str, address: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", with_address(code, address)], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
@pytest.mark.parametrize("command", CURLS)
def test_the_curl_examples_of_the_docs_succeed(command: str, address: str) -> None:
    url = re.findall(r"'(http.*?)'", with_address(command, address))
    done = subprocess.run(["curl", "-sS", "--fail", *url], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


def with_pages(address: str) -> bytes:
    """openapi.json with a link to the next page. OpenAPI has no way to describe it: it is in the Link header."""
    with urlopen(f"{address}/api/openapi.json") as answer:
        document = json.load(answer)
    links = document["paths"]["/api/v1/search"]["get"]["responses"]["200"]["links"]
    cursor = '$response.header.Link#regex:cursor=([^&>]+)>; rel="next"'
    links["next"] = {"operationId": "search", "parameters": {"q": "$request.query.q", "cursor": cursor}}
    return json.dumps(document).encode()


TOO_LONG_IS_REFUSED = """
[checks.negative_data_rejection]
expected-statuses = ["400", "404", "405", "406", "414", "429", "5xx"]
"""
"""More values than a parameter may have can also make an address too long: 414."""


@slow
def test_schemathesis_finds_nothing(address: str, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("schemathesis")
    if not program.exists():
        pytest.skip("schemathesis is not installed: make setup")
    (tmp_path / "openapi.json").write_bytes(with_pages(address))
    (tmp_path / "schemathesis.toml").write_text(TOO_LONG_IS_REFUSED)
    options = ["--url", address, "--max-examples", str(EXAMPLES), "--seed", "1", "--checks", "all"]
    done = subprocess.run(
        [program, "run", "openapi.json", *options],
        cwd=tmp_path,
        env={**os.environ, "PYTHONWARNINGS": "default"},
        capture_output=True,
        text=True,
        timeout=60 * EXAMPLES,
    )
    assert done.returncode == 0, done.stdout[-5000:]
    assert "✅ Stateful" in done.stdout, "it follows the links from answer to answer"
