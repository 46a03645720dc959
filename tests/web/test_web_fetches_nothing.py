"""The server opens no connection, whatever URLs articles and requests contain."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

VISIT = """
import sys
from urllib.parse import quote

from tests.web.fake_engine import FakeEngine, article
from kiosque.web.app import create_app

url = "http://169.254.169.254/latest/meta-data"
named = article(url, f"Un titre {url}", f"Un corps. {url}", source=url, author=url, section=url, url=url, date="2022")
client = create_app({"ENGINE": FakeEngine([named])}).test_client()
opened = []
NETWORK = ("socket.", "urllib.", "http.", "ftplib.", "smtplib.", "subprocess.", "os.system", "os.posix_spawn")
sys.addaudithook(lambda event, arguments: opened.append((event, arguments)) if event.startswith(NETWORK) else None)
word, name = quote(url), quote(url, safe="")
for path in (
    "/", "/search", "/sources", "/tendances", "/corpus", "/api", "/search.csv", "/search.jsonl", "/search.ris",
    "/search.bib", "/search.atom", "/opensearch.xml", "/api/openapi.json", "/api/v1/search", "/api/v1/suggest",
    "/api/v1/trends", "/api/v1/corpus", "/api/v1/stats", f"/articles/{name}", f"/api/v1/articles/{name}",
    f"/api/v1/articles/{name}/similar", f"/citations/{name}", f"/rien/{name}",
):
    for query in (f"?q={word}&source={word}", f"?url={word}&callback={word}&redirect={word}&format=csl"):
        answer = client.get(path + query, headers={"Referer": url, "Origin": url, "X-Forwarded-Host": url})
        assert answer.status_code in (200, 404), (path, answer.status_code)
        assert answer.data
        assert url not in answer.headers.get("Location", "")
assert not opened, opened
import socket
socket.socket().close()
assert opened, "the audit hook works"
"""


def test_no_request_opens_a_connection() -> None:
    paths = f"import sys; sys.path[:0] = [{str(ROOT)!r}]\n"
    done = subprocess.run([sys.executable, "-c", paths + VISIT], capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
