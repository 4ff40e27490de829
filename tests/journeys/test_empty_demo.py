"""`admitone demo --empty`: an installation without data, for an organizer to fill."""

import json
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from click.testing import CliRunner

from admitone.cli.main import main
from admitone.testing.demo_process import Demo


@pytest.fixture
def data() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="admitone-empty-"))
    folder.chmod(0o711)
    yield folder / "data"
    shutil.rmtree(folder, ignore_errors=True)


def test_an_empty_demo_has_an_organizer_and_a_key_only_also_after_a_restart(data: Path) -> None:
    demo = Demo(data, "--port", "0", "--empty")
    try:
        address = demo.wait_until_ready()
        key = json.loads((data / "credentials.json").read_text())["organizer_api_key"]
        headers = {"Authorization": f"Bearer {key}"}
        with httpx.Client(base_url=address, headers=headers) as client:
            listed = [client.get(f"/organizer/{kind}").json() for kind in ("events", "seat-maps", "venues")]
            found = client.get("/events/search").json()
            home = client.get("/").text
            link = re.search(r"http://\S+(/console/welcome/\S+)", demo.output)
            welcome = client.get(link[1], follow_redirects=True) if link else None
        demo.stop()
        again = Demo(data, "--port", "0")
        try:
            address = again.wait_until_ready()
            still = httpx.get(f"{address}/events/search").json()
            kept = json.loads((data / "credentials.json").read_text())["organizer_api_key"]
        finally:
            again.end()
    finally:
        demo.end()

    assert [page["page"]["total"] for page in listed] == [0, 0, 0]
    assert (found["page"]["total"], still["page"]["total"]) == (0, 0)
    assert ">No shows yet</h1>" in home
    assert "first_event.md" in home
    assert welcome is not None
    assert "AdmitOne demo" in welcome.text
    assert "first_event.md" in demo.output
    assert "beethoven" not in demo.output
    assert kept == key


def test_an_empty_demo_does_not_hide_existing_data(data: Path) -> None:
    data.mkdir(mode=0o711)
    (data / "sample.json").write_text('{"events": 3, "total": 3, "limit": 3, "is_complete": true}')

    refused = CliRunner().invoke(main, ["demo", "--empty", "--port", "0", "--data", str(data), "--no-browser"])
    both = CliRunner().invoke(main, ["demo", "--empty", "--events", "5"])

    assert (refused.exit_code, both.exit_code) == (1, 2)
    assert "has sample events: give another folder by --data" in refused.output
    assert "exclude each other" in both.output
