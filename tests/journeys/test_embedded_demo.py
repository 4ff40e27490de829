"""The demo is one command: it starts quickly, keeps its data, restarts any killed part, and leaves nothing behind."""

import json
import os
import shutil
import signal
import stat
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from admitone.embedded.loading_state import read_sample_state
from admitone.testing.demo_process import STOP_SECONDS_MAX, Demo, descendants, is_running
from tests.journeys.demo_home import DemoHome, open_home

EVENTS = "40"

pytestmark = pytest.mark.xdist_group("embedded demo")


@pytest.fixture(scope="module")
def home() -> Iterator[DemoHome]:
    with open_home("--events", EVENTS) as home:
        yield home


@pytest.fixture
def demo(home: DemoHome) -> Demo:
    """Return the demo that runs now."""
    home.demo.wait_until_ready()
    return home.demo


WELL_SECONDS_MAX = 120.0


def wait_until_well(address: str) -> None:
    """Poll until the answer is good three times in a row."""
    started_at, good = time.monotonic(), 0
    while good < 3:
        assert time.monotonic() - started_at < WELL_SECONDS_MAX, "the demo did not recover"
        try:
            good = good + 1 if httpx.get(f"{address}/readyz", timeout=10).status_code == 200 else 0
        except httpx.HTTPError:
            good = 0
        time.sleep(0.05)


def test_the_demo_prints_its_address_and_a_working_key(demo: Demo) -> None:
    address = demo.wait_until_ready()
    credentials = demo.data / "credentials.json"
    key = json.loads(credentials.read_text())["organizer_api_key"]

    listed = httpx.get(f"{address}/organizer/events", headers={"Authorization": f"Bearer {key}"})
    found = httpx.get(f"{address}/events/search")

    assert stat.S_IMODE(credentials.stat().st_mode) == 0o600
    assert key in demo.output
    assert listed.status_code == 200
    assert found.json()["page"]["total"] > 0


def test_ctrl_c_stops_everything_and_the_next_start_has_the_same_data(home: DemoHome, demo: Demo) -> None:
    key = (home.data / "credentials.json").read_text()
    parts = [pid for pid, _ in descendants(demo.pid)]

    code = demo.stop(signal.SIGINT)
    address = home.start_again().wait_until_ready()

    assert code == 0
    assert not any(is_running(pid) for pid in parts)
    assert (home.data / "credentials.json").read_text() == key
    assert httpx.get(f"{address}/events/search").json()["page"]["total"] > 0


@pytest.mark.parametrize("part", ["catalogue", "booking", "nginx", "valkey-server", "postgres"])
def test_a_killed_part_is_restarted(demo: Demo, part: str) -> None:
    address, killed, said = demo.wait_until_ready(), demo.find(part), len(demo.output)

    os.kill(killed, signal.SIGKILL)
    wait_until_well(address)

    assert demo.find(part) != killed
    assert "was killed by signal 9; restarting it" in demo.output[said:]


def test_nothing_outlives_a_killed_supervisor(home: DemoHome, demo: Demo) -> None:
    parts = [pid for pid, _ in descendants(demo.pid)]

    os.kill(demo.pid, signal.SIGKILL)
    demo.wait_for_end()
    home.start_again().wait_until_ready()  # at once: the old processes are still stopping

    deadline = time.monotonic() + STOP_SECONDS_MAX
    while running := [pid for pid in parts if is_running(pid)]:
        assert time.monotonic() < deadline, f"still there: {running}"
        time.sleep(0.05)


def test_the_sample_loads_in_the_background_and_resumes_after_a_kill() -> None:
    folder = Path(tempfile.mkdtemp(prefix="admitone-sample-"))
    folder.chmod(0o711)
    first = Demo(folder / "data", "--port", "0", "--events", "700")
    again: Demo | None = None
    try:
        address = first.wait_until_ready()
        found = httpx.get(f"{address}/events/search", params={"size": 1}).json()["page"]["total"]
        os.kill(first.pid, signal.SIGKILL)
        first.wait_for_end()
        killed_at = read_sample_state(first.data)
        again = Demo(folder / "data", "--port", "0")
        address = again.wait_until_ready()
        loaded = again.wait_until_loaded()

        assert killed_at is not None
        assert 0 < found <= killed_at.events < killed_at.total == 700
        assert (loaded.events, loaded.total) == (700, 700)
        assert listed(again, address) == 700
    finally:
        first.end()
        if again is not None:
            again.end()
        shutil.rmtree(folder, ignore_errors=True)


def listed(demo: Demo, address: str) -> int:
    """Count the organizer's events, as the API lists them."""
    key = json.loads((demo.data / "credentials.json").read_text())["organizer_api_key"]
    page = httpx.get(f"{address}/organizer/events", headers={"Authorization": f"Bearer {key}"}, params={"size": 1})
    return int(page.json()["page"]["total"])


def test_a_busy_port_is_reported(home: DemoHome, demo: Demo) -> None:
    port = demo.wait_until_ready().rpartition(":")[2]
    second = Demo(home.data.with_name("other"), "--port", port)

    assert second.wait_for_end() == 1
    assert f"Error: Port {port} of 127.0.0.1 cannot be used" in second.output


def test_a_second_demo_on_the_same_folder_is_refused(home: DemoHome, demo: Demo, tmp_path: Path) -> None:
    second = Demo(home.data, "--port", "0", output=tmp_path / "output")

    assert second.wait_for_end() == 1
    assert f"in use by process {demo.pid}" in second.output
