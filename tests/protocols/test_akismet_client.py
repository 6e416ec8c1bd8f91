"""Akismet's protocol as the package `akismet` speaks it."""

from __future__ import annotations

from collections.abc import Iterator

import akismet
import httpx
import pytest

from tests.protocols.conftest import Served

CHECK, SPAM, HAM = "/1.1/comment-check", "/1.1/submit-spam", "/1.1/submit-ham"
BLOG = "https://news.example/"


class Elsewhere(httpx.HTTPTransport):
    """Sends what is meant for Akismet to another server, as a network alias would."""

    def __init__(self, base: str) -> None:
        super().__init__()
        self.base = httpx.URL(base)

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        request.url = request.url.copy_with(
            scheme=self.base.scheme, host=self.base.host, port=self.base.port
        )
        return super().handle_request(request)


@pytest.fixture
def client_of(served: Served) -> Iterator[akismet.SyncClient]:
    """The package `akismet`, whose address is fixed."""
    config = akismet.Config(key=served.scores, url=BLOG)
    with httpx.Client(transport=Elsewhere(served.base), timeout=20.0) as http:
        yield akismet.SyncClient(config=config, http_client=http)


def test_the_package_akismet_checks_corrects_and_counts(
    client_of: akismet.SyncClient, served: Served
) -> None:
    told = {"user_ip": "192.0.2.1", "comment_author": "Ada"}
    insult = "Total nonsense, you worthless idiot, go to hell."
    fair = "Thank you, a fair and careful article."

    assert client_of.verify_key(served.scores, BLOG)
    assert client_of.comment_check(**told, comment_content=fair) == akismet.CheckResponse.HAM
    assert client_of.comment_check(**told, comment_content=insult) == akismet.CheckResponse.SPAM
    assert client_of.submit_spam(**told, comment_content=fair)
    assert client_of.usage_limit()["usage"] == 2
    with pytest.raises(akismet.APIKeyError):
        client_of.key_sites(result_format="json")  # This version of it sends no key.


def test_the_package_akismet_is_told_of_a_bad_key(served: Served) -> None:
    config = akismet.Config(key="wrong", url=BLOG)
    with httpx.Client(transport=Elsewhere(served.base)) as http:
        client = akismet.SyncClient(config=config, http_client=http)
        with pytest.raises(akismet.APIKeyError):
            client.comment_check(user_ip="192.0.2.1", comment_content="x")
