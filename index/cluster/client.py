"""The way to a cluster: JSON over HTTP, with connections that are kept, patience and clear errors.

A thin client over urllib3, because the two libraries made for it exclude one another: elasticsearch-py refuses
OpenSearch, opensearch-py refuses Elasticsearch. What is used of their REST is common to both.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import SplitResult, unquote, urlencode, urlsplit

import msgspec
import urllib3
from urllib3.exceptions import HTTPError, LocationParseError, MaxRetryError, NewConnectionError, SSLError

from kiosque.corpus.french import typeset
from kiosque.index.cluster.errors import (
    BadClusterSetting,
    ClusterError,
    ForeignCluster,
    NoCluster,
    OverloadedCluster,
    RefusedByCluster,
)
from kiosque.index.cluster.settings import PREFIX, ClusterSettings

TRIED_AGAIN = (429, 502, 503, 504)
"""What an overloaded cluster answers, or a proxy before it: the request was not done, or may be done again."""

FIRST_PAUSE, LONGEST_PAUSE = 0.2, 15.0
"""Seconds before the first repetition, each twice as long as the one before; and the most of them."""

HELLO = 2
"""How often an address is tried that may just be misspelt."""

OLDEST = {"opensearch": 2, "elasticsearch": 8}
"""The first version of each kind of server whose REST is what is used here."""

JSON, LINES = "application/json", "application/x-ndjson"


class _Request(NamedTuple):
    method: str
    target: str
    body: bytes | None
    headers: dict[str, str]


class Client:
    """Sends requests to one cluster, which may have several addresses, separated by commas; from any thread."""

    def __init__(
        self, url: str, settings: ClusterSettings | None = None, pause: Callable[[float], None] = time.sleep
    ) -> None:
        """Raises BadClusterSetting if `url` is not an address, or the certificates cannot be read."""
        self.settings = settings or ClusterSettings()
        parts = [_address(text) for text in url.split(",")]
        self.addresses = ", ".join(map(_shown, parts))
        self._headers = _authorization(parts[0], self.settings)
        self._pools = [(self._pool(part), part.path.rstrip("/")) for part in parts]
        self._first = 0
        self._pause = pause

    def __repr__(self) -> str:
        return f"Client({self.addresses})"

    def close(self) -> None:
        """Lets go of the connections."""
        for pool, _ in self._pools:
            pool.close()

    def _pool(self, part: SplitResult) -> urllib3.HTTPConnectionPool:
        settings = self.settings
        options: dict[str, Any] = {"maxsize": settings.senders + 4, "timeout": settings.timeout, "retries": False}
        if part.scheme == "https":
            options["cert_reqs"] = "CERT_REQUIRED" if settings.verify else "CERT_NONE"
            options["ca_certs"] = _readable(settings.ca_file) if settings.ca_file else None
        return urllib3.connection_from_url(_shown(part), **options)

    def call(
        self,
        method: str,
        path: str,
        body: object = None,
        params: Mapping[str, str | int] | None = None,
        repeatable: bool | None = None,
        retries: int | None = None,
    ) -> Any:
        """What the cluster answers to a request, decoded. `body` is sent as JSON; bytes are sent as they are, as lines.

        `repeatable` says that the request may be sent again where it is unclear whether it was done; those that only
        read by GET, and PUT and DELETE, may; `retries` how often, if not as the settings have it. Raises NoCluster,
        RefusedByCluster, and ClusterError where it is refused.
        """
        target = f"/{path}?{urlencode(params)}" if params else f"/{path}"
        sent = body if isinstance(body, bytes) or body is None else msgspec.json.encode(body)
        headers = self._headers | {"Content-Type": LINES if isinstance(body, bytes) else JSON}
        harmless = method != "POST" if repeatable is None else repeatable
        most = self.settings.retries if retries is None else retries
        response = self._answered(_Request(method, target, sent, headers), harmless, most)
        if response.status >= 400:
            raise self._problem(response)
        return _decoded(response)

    def _answered(self, request: _Request, repeatable: bool, retries: int) -> urllib3.BaseHTTPResponse:
        """The response, from the first address that has one."""
        for attempt in range(retries + 1):
            place = (self._first + attempt) % len(self._pools)
            pool, base = self._pools[place]
            try:
                response = pool.urlopen(
                    request.method, base + request.target, request.body, request.headers, redirect=False
                )
            except HTTPError as error:
                failure: HTTPError | urllib3.BaseHTTPResponse = error
                if isinstance(error, SSLError) or not (repeatable or isinstance(error, NewConnectionError)):
                    break
            else:
                self._first = place
                failure = response
                if response.status not in TRIED_AGAIN or not (repeatable or response.status == 429):
                    return response
            if attempt < retries:
                self.wait(attempt // len(self._pools), failure)
        raise self._gave_up(failure)

    def wait(self, attempt: int, failure: object = None) -> None:
        """Waits before what failed for the `attempt`th time (from 0) is tried again."""
        self._pause(_pause(attempt, failure))

    def _gave_up(self, failure: HTTPError | urllib3.BaseHTTPResponse) -> NoCluster:
        if isinstance(failure, HTTPError):
            return NoCluster(self.addresses, _cause(failure))
        return OverloadedCluster(self.addresses, failure.status, _reason(failure)[1])

    def _problem(self, response: urllib3.BaseHTTPResponse) -> Exception:
        if response.status in (401, 403):
            return RefusedByCluster(self.addresses, response.status)
        if response.status in TRIED_AGAIN:
            return self._gave_up(response)
        return ClusterError(self.addresses, response.status, *_reason(response))

    def check(self) -> None:
        """Asks what the server is. Raises ForeignCluster where Kiosque does not know it; else as `call`."""
        try:
            version = self.call("GET", "", retries=HELLO * len(self._pools))["version"]
            kind, number = version.get("distribution", "elasticsearch"), str(version["number"])
            known = int(number.partition(".")[0]) >= OLDEST[kind]
        except (KeyError, TypeError, ValueError, AttributeError, msgspec.DecodeError) as error:
            raise ForeignCluster(self.addresses, "un autre serveur") from error
        except ClusterError as error:
            raise ForeignCluster(self.addresses, f"un autre serveur ({error.status})") from error
        if not known:
            raise ForeignCluster(self.addresses, f"{kind} {number}")


def _address(text: str) -> SplitResult:
    try:
        part = urlsplit(text.strip())
        valid = part.scheme in ("http", "https") and bool(part.hostname) and part.port != 0
    except (ValueError, LocationParseError):
        valid = False
    if not valid:
        raise BadClusterSetting("ENGINE", "une adresse http://hôte:9200, ou plusieurs, séparées par des virgules")
    return part


def _readable(path: str) -> str:
    try:
        Path(path).read_bytes()
    except OSError as error:
        raise BadClusterSetting(f"{PREFIX}CA_FILE", "un fichier de certificats lisible") from error
    return path


def _shown(part: SplitResult) -> str:
    """An address without user and password."""
    host = f"[{part.hostname}]" if ":" in (part.hostname or "") else part.hostname
    return f"{part.scheme}://{host}:{part.port or (443 if part.scheme == 'https' else 80)}"


def _authorization(part: SplitResult, settings: ClusterSettings) -> dict[str, str]:
    """The authorization header: from the settings, else from the address."""
    if settings.api_key:
        return {"Authorization": f"ApiKey {settings.api_key}"}
    user, password = settings.user, settings.password
    if not user and part.username:
        user, password = unquote(part.username), unquote(part.password or "")
    if not user:
        return {}
    try:
        encoded = urllib3.make_headers(basic_auth=f"{user}:{password}")
    except UnicodeEncodeError as error:
        raise BadClusterSetting(f"{PREFIX}PASSWORD", "des lettres du jeu ISO 8859-1") from error
    return {"Authorization": encoded["authorization"]}


def _pause(attempt: int, failure: object) -> float:
    """Seconds to wait: what the cluster asks for, else twice as long each time; spread, so that none come together."""
    asked = failure.headers.get("Retry-After", "") if isinstance(failure, urllib3.BaseHTTPResponse) else ""
    if asked.isascii() and asked.isdigit():
        return min(float(asked), LONGEST_PAUSE)
    return float(min(FIRST_PAUSE * 2.0**attempt, LONGEST_PAUSE) * random.uniform(0.5, 1.0))


def _cause(error: HTTPError) -> str:
    """What went wrong, in words: urllib3's own have addresses of objects in them."""
    inner = error.reason if isinstance(error, MaxRetryError) and error.reason else error
    words = {"NewConnectionError": "connexion refusée", "ConnectTimeoutError": "pas de connexion à temps"}
    words |= {"ReadTimeoutError": "pas de réponse à temps", "ProtocolError": "connexion rompue"}
    words |= {"NameResolutionError": "hôte inconnu", "SSLError": typeset("certificat refusé : KIOSQUE_ENGINE_CA_FILE")}
    return words.get(type(inner).__name__, type(inner).__name__)


def _decoded(response: urllib3.BaseHTTPResponse) -> Any:
    return msgspec.json.decode(response.data) if response.data else None


def _reason(response: urllib3.BaseHTTPResponse) -> tuple[str, str]:
    """The kind of an error and its reason, as the cluster has them."""
    try:
        error = _decoded(response)["error"]
        if not isinstance(error, dict):
            return "error", str(error)
        cause = next(iter(error.get("root_cause") or ()), error)  # what a shard says, not "all shards failed"
        return str(cause["type"]), str(cause["reason"])
    except (msgspec.DecodeError, KeyError, TypeError):
        return "error", response.data[:200].decode(errors="replace")
