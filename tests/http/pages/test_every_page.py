"""Rules for all pages: headers, static files, error pages, nothing inline."""

import posixpath
import re
from typing import NoReturn

import pytest

from admitone.booking.contracts import BookingStatus
from admitone.kit.refusal import Busy
from admitone.pages.assets import assets, static_url
from tests.http.pages.fixtures import Env, a_booking, open_pages

PATHS = [
    "/",
    "/search?q=mahler",
    "/performer/prf_orchestra",
    "/venue/ven_hall",
    "/about",
    "/privacy",
    "/my",
    "/problems",
    "/nowhere",
    "/e/evt_nobody",
    "/checkout/bkg_one",
]


@pytest.mark.parametrize("path", PATHS)
def test_nothing_is_inline_and_nothing_is_loaded_from_another_host(path: str) -> None:
    with open_pages(Env()) as pages:
        page = pages.get(path)
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    policy = page.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert page.headers["referrer-policy"] == "same-origin"
    assert "set-cookie" not in page.headers
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=|<script(?![^>]*\ssrc=)", page.text)
    loaded = re.findall(r'<(?:script|link(?! rel="canonical")|img)[^>]*(?:src|href)="([^"]*)"', page.text)
    assert all(found.startswith("/") for found in loaded)


@pytest.mark.parametrize("path", PATHS)
def test_every_file_that_a_page_names_is_immutable(path: str) -> None:
    with open_pages(Env()) as pages:
        page = pages.get(path)
        files = [pages.get(name) for name in set(re.findall(r'"(/static/[^"]+)"', page.text))]
    assert files
    assert {file.status_code for file in files} == {200}
    assert {file.headers["cache-control"] for file in files} == {"public, max-age=31536000, immutable"}


@pytest.mark.parametrize("path", PATHS)
def test_a_page_loads_the_styles_of_its_classes(path: str) -> None:
    """A class that only a stylesheet of other pages has would look like a plain element."""
    with open_pages(Env()) as pages:
        page = pages.get(path)
        loaded = "".join(pages.get(name).text for name in re.findall(r'"(/static/[^"]+\.css)"', page.text))
    everywhere = "".join(asset.body.decode() for name, asset in assets().items() if name.endswith(".css"))
    used = {name for names in re.findall(r'class="([^"]+)"', page.text) for name in names.split()}
    assert sorted((used & _styled(everywhere)) - _styled(loaded)) == []


def _styled(styles: str) -> set[str]:
    return set(re.findall(r"\.([a-z][\w-]*)", styles))


def test_a_file_of_another_deployment_is_not_cached() -> None:
    with open_pages(Env()) as pages:
        old = pages.get("/static/0123456789abcdef/css/base.css")
        none = pages.get("/static/0123456789abcdef/../../contracts.py")
    assert old.headers["cache-control"] == "public, max-age=60"
    assert none.status_code == 404


def test_the_service_worker_serves_tickets_only() -> None:
    with open_pages(Env()) as pages:
        worker = pages.get("/tickets-worker.js")
    assert worker.headers["service-worker-allowed"] == "/my/"
    assert worker.headers["cache-control"] == "no-cache"


def test_scripts_load_only_existing_files() -> None:
    for path, asset in assets().items():
        for name in re.findall(r'(?:import\(|new URL\()"(\.[^"]+)"', asset.body.decode()):
            target = posixpath.normpath(posixpath.join(posixpath.dirname(path), name))
            assert target in assets(), f"{path} loads {name}"


def test_a_misspelt_static_file_is_a_defect() -> None:
    with pytest.raises(AssertionError, match="no static file"):
        static_url("css/nowhere.css")


def test_not_found_is_a_page_for_people_and_a_problem_for_programs() -> None:
    with open_pages(Env()) as pages:
        page = pages.get("/no/such/page")
        program = pages.post("/no/such/page", headers={"accept": "application/json"})
    assert (page.status_code, program.status_code) == (404, 404)
    assert "There is nothing here" in page.text
    assert program.json()["code"] == "not-found"


def test_the_page_retries_a_busy_server() -> None:
    class Crowded(Env):
        async def read_performer(self, performer_id: str) -> NoReturn:
            raise Busy(retry_after_seconds=2)

    with open_pages(Crowded()) as pages:
        page = pages.get("/performer/prf_orchestra")
    assert page.status_code == 503
    assert page.headers["refresh"] == "2"
    assert "Very many people are here at the moment" in page.text


def test_a_defect_has_a_page_that_does_not_show_it() -> None:
    class Broken(Env):
        async def read_performer(self, performer_id: str) -> NoReturn:
            raise KeyError("secret of the venue")

    with open_pages(Broken()) as pages:
        page = pages.get("/performer/prf_orchestra")
    assert page.status_code == 500
    assert "it is our fault" in page.text
    assert "secret" not in page.text


def test_a_form_that_is_too_large_is_refused() -> None:
    with open_pages(Env()) as pages:
        answer = pages.post("/e/evt_mahler/hold", data={"seat": "x" * 100_000})
    assert answer.status_code == 413


def test_tickets_are_private() -> None:
    with open_pages(Env(booking=a_booking(BookingStatus.CONFIRMED))) as pages:
        page = pages.get("/my/bkg_one")
    assert page.headers["cache-control"].startswith("private")
    assert '<meta name="robots" content="noindex">' in page.text
