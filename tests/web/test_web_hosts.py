"""DNS rebinding: the server refuses requests under unknown host names."""

from __future__ import annotations

from typing import Any

import pytest

from kiosque.web.app import create_app
from tests.web.fake_engine import ARTICLES, FakeEngine


def status(host: str, path: str = "/search?q=aide", **config: object) -> int:
    client = create_app({"ENGINE": FakeEngine(ARTICLES), **config}).test_client()
    return client.get(path, headers={"Host": host}).status_code


@pytest.mark.parametrize("host", ["localhost", "localhost:8000", "127.0.0.1:8000", "[::1]:8000", "LOCALHOST"])
def test_loopback_names_are_allowed(host: str) -> None:
    assert status(host) == 200


@pytest.mark.parametrize(
    "host",
    ["pirate.exemple", "pirate.exemple:8000", "localhost.pirate.exemple", "127.0.0.1, pirate.exemple", "a b", "<b>"],
)
def test_other_host_names_are_refused(host: str) -> None:
    assert status(host) == status(host, "/api/v1/search") == 421


@pytest.mark.parametrize("config", [{"PROXIES": 1}, {"HOST": "0.0.0.0"}, {"HOSTS": "*"}])
def test_a_public_server_allows_any_host_name(config: dict[str, Any]) -> None:
    assert status("presse.exemple", **config) == 200


def test_the_hosts_setting_is_a_complete_list() -> None:
    config: dict[str, Any] = {"HOSTS": "presse.exemple Archives.exemple", "HOST": "0.0.0.0", "PROXIES": 1}
    hosts = ("presse.exemple", "archives.exemple:8443", "localhost", "www.presse.exemple")
    assert [status(host, **config) for host in hosts] == [200, 200, 421, 421]


def test_an_invalid_host_name_is_always_refused() -> None:
    assert status("a b", HOSTS="*") == 421


def test_health_checks_may_use_an_address() -> None:
    assert status("10.0.0.7:8000", "/healthz") == status("10.0.0.7:8000", "/readyz") == 200


def test_a_refusal_names_the_repair_and_does_not_echo_the_host() -> None:
    client = create_app({"ENGINE": FakeEngine(ARTICLES)}).test_client()
    answer = client.get("/", headers={"Host": "pirate.exemple"})
    assert "KIOSQUE_HOSTS" in answer.text
    assert "pirate" not in answer.text
