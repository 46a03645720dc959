"""Behind the proxy of docs/OPERATIONS.md no header of a client changes an answer."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

import pytest
from werkzeug.datastructures import Headers

from kiosque.search.settings import SettingError
from kiosque.web.app import create_app
from kiosque.web.serving.forwarded import NAMES
from kiosque.web.serving.settings import load
from tests.web.fake_engine import ARTICLES, FakeEngine
from tests.web.server_process import start_server

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/OPERATIONS.md").read_text(encoding="utf-8")
NGINX = shutil.which("nginx") or os.environ.get("KIOSQUE_NGINX", "")
HOST = "presse.example.org"
VARIABLES = {"$host": HOST, "$remote_addr": "203.0.113.9", "$scheme": "https", "$request_id": "0" * 32, '""': ""}
PATHS = ("/search?q=aide", "/search.atom?q=aide", "/opensearch.xml", "/api", "/api/v1/search?q=aide&size=1")

FORGED = {
    **{f"X-Forwarded-{name.title()}": value for name in NAMES for value in ("pirate.exemple",)},
    "X-Forwarded-Prefix": "//pirate.exemple",
    "X-Forwarded-Port": "81",
    "X-Forwarded-Proto": "javascript",
    "X-Forwarded-Server": "pirate.exemple",
    "X-Forwarded": "for=pirate",
    "Forwarded": "for=198.51.100.7;host=pirate.exemple;proto=http",
    "X-Real-IP": "198.51.100.7",
    "X-Script-Name": "/pirate",
    "X-Original-URL": "/pirate",
    "X-Rewrite-URL": "/pirate",
    "X-Request-Id": "pirate",
}


def documented() -> dict[str, str]:
    """The headers that the proxy sets; an empty value removes one."""
    rows = re.findall(r"proxy_set_header (\S+) (\S+);", TEXT)
    return {name: VARIABLES[value] for name, value in rows}


def behind(sent: Mapping[str, str], path: str, **config: Any) -> tuple[str, Headers]:
    """The answer of the app to a client of the proxy with these headers."""
    passed = {name: value for name, value in {**sent, **documented()}.items() if value}
    app = create_app({"ENGINE": FakeEngine(ARTICLES), "HOSTS": HOST, "PROXIES": 1, **config})
    answer = app.test_client().get(path, headers=passed)
    assert answer.status_code == 200
    return re.sub("[0-9a-f]{32}", "", answer.text), answer.headers


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("name", FORGED)
def test_no_forged_header_changes_an_answer(name: str, path: str) -> None:
    text, headers = behind({name: FORGED[name]}, path)
    honest, expected = behind({}, path)
    assert text == honest
    assert (headers["ETag"], headers["X-Request-Id"]) == (expected["ETag"], "0" * 32)
    assert "pirate" not in text + str(headers)


def test_the_proxy_sets_every_trusted_header() -> None:
    assert {f"X-Forwarded-{name.title()}" for name in NAMES} <= documented().keys()


@pytest.mark.parametrize("believed", ["", "for proto host"])
def test_headers_outside_of_the_setting_are_ignored(believed: str) -> None:
    app = create_app({"ENGINE": FakeEngine(ARTICLES), "HOSTS": "*", "PROXIES": 1, "FORWARDED": believed})
    sent = {"X-Forwarded-Prefix": "/ailleurs", "X-Forwarded-Port": "81"}
    answer = app.test_client().get("/search?q=aide", headers=sent)
    assert "/ailleurs" not in answer.text + str(answer.headers)
    assert ":81" not in app.test_client().get("/opensearch.xml", headers=sent).text


def test_a_prefix_needs_the_setting() -> None:
    app = create_app({"ENGINE": FakeEngine(ARTICLES), "HOSTS": "*", "PROXIES": 1, "FORWARDED": "prefix"})
    client = app.test_client()
    there = client.get("/search?q=aide", headers={"X-Forwarded-Prefix": "/archives"})
    assert 'href="/archives/search?q=' in there.text
    here = client.get("/search?q=aide", headers={"If-None-Match": there.headers["ETag"]})
    assert here.status_code == 200, "links of another folder are another answer"


def test_invalid_names_in_the_setting_are_refused() -> None:
    assert load({"KIOSQUE_FORWARDED": "for prefix"})["FORWARDED"] == "for prefix"
    with pytest.raises(SettingError, match="for, proto, host, port, prefix"):
        load({"KIOSQUE_FORWARDED": "for prefixe"})


# The same with nginx itself.


@contextmanager
def nginx(folder: Path, upstream: int) -> Iterator[int]:
    """The port of an nginx with the lines of the page, but without TLS."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = int(probe.getsockname()[1])
    found = re.search(r"```nginx\n(.*?)```", TEXT, re.DOTALL)
    assert found
    lines = found[1].replace("listen 443 ssl;", f"listen 127.0.0.1:{port};").replace(":8000;", f":{upstream};")
    places = " ".join(
        f"{name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    config = folder / "nginx.conf"
    config.write_text(
        f"daemon off; master_process off; pid {folder}/pid; error_log {folder}/errors; events {{}}\n"
        f"http {{ access_log off; {places}\n{lines} }}\n"
    )
    with subprocess.Popen([NGINX, "-e", str(folder / "errors"), "-c", str(config)]) as process:
        try:
            while process.poll() is None:
                try:
                    socket.create_connection(("127.0.0.1", port), timeout=10).close()
                    break
                except ConnectionRefusedError:
                    continue
            assert process.poll() is None, (folder / "errors").read_text()
            yield port
        finally:
            process.terminate()
            process.wait()


def asked(port: int, path: str, sent: Mapping[str, str]) -> tuple[int, str]:
    client = HTTPConnection("127.0.0.1", port, timeout=60)
    client.request("GET", path, headers={"Host": HOST, **sent})
    answer = client.getresponse()
    text = answer.read().decode()
    client.close()
    return answer.status, re.sub(r"[0-9a-f]{32}", "", text)


@pytest.mark.skipif(not NGINX, reason="nginx is not installed; KIOSQUE_NGINX names another one")
def test_nginx_lets_no_forged_header_through(tmp_path: Path) -> None:
    none = tmp_path / "no"
    with (
        start_server(none, tmp_path / "err", PROXIES="1", HOSTS=HOST, LOG="text") as server,
        nginx(tmp_path, server.port) as port,
    ):
        for path in ("/opensearch.xml", "/api", "/search?q=aide"):
            honest = asked(port, path, {})
            for name, value in [*FORGED.items(), *((name.replace("-", "_"), FORGED[name]) for name in FORGED)]:
                assert asked(port, path, {name: value}) == honest, name
        assert "pirate" not in server.errors.read_text() and "198.51" not in server.errors.read_text()
