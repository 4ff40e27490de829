"""The checker of histories finds each wrong response: small histories with one fault, and right ones beside them."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.races.linearizability.checker import SOURCE, Checker

pytestmark = [pytest.mark.xdist_group("races"), pytest.mark.go]

END = 1_000  # of holds, in the nanoseconds of these histories

Step = tuple[str, str, list[str], str, str]
"""action, booking, seats, outcome, status"""


def hold(booking: str, *seats: str, outcome: str = "ok") -> Step:
    return ("hold", booking, list(seats), outcome, "")


def confirm(booking: str, *seats: str, outcome: str = "ok") -> Step:
    return ("confirm", booking, list(seats), outcome, "")


def refund(booking: str, *seats: str, outcome: str = "ok") -> Step:
    return ("refund", booking, list(seats), outcome, "")


def release(booking: str, *seats: str, outcome: str = "ok") -> Step:
    return ("release", booking, list(seats), outcome, "")


def exchange(booking: str, old: str, new: str, outcome: str = "ok") -> Step:
    return ("exchange", booking, [old, new], outcome, "")


def read(booking: str, status: str, *seats: str) -> Step:
    return ("read", booking, list(seats), "ok", status)


def inspect(seat: str, booking: str = "") -> Step:
    return ("inspect", booking, [seat], "ok", "")


LATE: Step = ("wait", "", [], "", "")  # until every hold has ended
BOUGHT = (hold("a", "1", "2"), confirm("a", "1", "2"))

RIGHT: dict[str, tuple[Step, ...]] = {
    "sold and read": (*BOUGHT, read("a", "confirmed", "1", "2"), inspect("1", "a"), inspect("2", "a")),
    "a hold that ended": (hold("a", "1"), LATE, hold("b", "1"), confirm("b", "1"), inspect("1", "b")),
    "released": (hold("a", "1"), release("a", "1"), hold("b", "1"), confirm("a", "1", outcome="refused")),
    "refunded": (*BOUGHT, refund("a", "1", "2"), read("a", "refunded", "1", "2"), hold("b", "1"), inspect("1")),
    "exchanged": (*BOUGHT, exchange("a", "2", "3"), hold("b", "2"), read("a", "confirmed", "1", "3")),
    "an unknown sale that took effect": (hold("a", "1"), confirm("a", "1", outcome="unknown"), inspect("1", "a")),
    "an unknown sale that took none": (hold("a", "1"), confirm("a", "1", outcome="unknown"), inspect("1")),
    "an unknown hold that stands in the way": (hold("?", "1", outcome="unknown"), hold("b", "1", outcome="refused")),
    "an unknown hold that took no effect": (hold("?", "1", outcome="unknown"), hold("b", "1"), inspect("1")),
}
WRONG: dict[str, tuple[Step, ...]] = {
    "a seat is sold twice": (*BOUGHT, hold("b", "2"), confirm("b", "2")),
    "a live hold is given to a second buyer": (hold("a", "1"), hold("b", "1")),
    "a hold is paid after its seat went to another": (hold("a", "1"), LATE, hold("b", "1"), confirm("a", "1")),
    "an acknowledged sale is lost": (*BOUGHT, inspect("1", "a"), inspect("2")),
    "an acknowledged sale is denied": (*BOUGHT, confirm("a", "1", "2", outcome="refused")),
    "a read is stale": (*BOUGHT, read("a", "in_progress", "1", "2")),
    "a sale that was read is read as unsold": (
        *(hold("a", "1"), confirm("a", "1", outcome="unknown")),
        *(read("a", "confirmed", "1"), read("a", "in_progress", "1")),
    ),
    "half of a booking is sold": (
        *(hold("a", "1", "2"), confirm("a", "1", "2", outcome="unknown")),
        *(inspect("1", "a"), inspect("2"), read("a", "in_progress", "1", "2")),
    ),
    "a refused hold keeps a sold seat": (hold("a", "1", outcome="refused"), confirm("a", "1"), inspect("1", "a")),
    "a refund leaves the seat sold": (*BOUGHT, refund("a", "1", "2"), inspect("1", "a")),
    "an exchange keeps the old seat": (*BOUGHT, exchange("a", "2", "3"), inspect("2", "a"), inspect("3", "a")),
    "an exchange takes a seat of another": (*BOUGHT, hold("b", "3"), confirm("b", "3"), exchange("a", "2", "3")),
    "a seat is sold though nobody paid": (hold("a", "1"), inspect("1", "a")),
    "a released hold is paid": (hold("a", "1"), release("a", "1"), confirm("a", "1")),
}


@pytest.mark.parametrize("name", RIGHT)
def test_a_right_history_is_linearizable(checker: Checker, tmp_path: Path, name: str) -> None:
    assert checker.judge(_written(tmp_path, RIGHT[name]))["verdict"] == "linearizable"


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_history_is_not_linearizable(checker: Checker, tmp_path: Path, name: str) -> None:
    assert checker.judge(_written(tmp_path, WRONG[name]))["verdict"] == "not linearizable"
    assert "<html" in (tmp_path / "history.html").read_text().lower()


def test_operations_at_once_may_happen_in_either_order(checker: Checker, tmp_path: Path) -> None:
    """A read that overlaps the sale may see it or not; of two that follow each other, the second may not see less."""
    sale = [_invoke(1, "hold", 0, ["1"], "a"), _ok(1, 1, "a"), _invoke(2, "confirm", 2, ["1"], "a"), _ok(2, 90, "a")]
    early, late = "in_progress", "confirmed"
    for first, second, verdict in ((early, late, "linearizable"), (late, early, "not linearizable")):
        reads = [
            *(_invoke(3, "read", 10, ["1"], "a"), _ok(3, 20, "a", first, ["1"])),
            *(_invoke(4, "read", 30, ["1"], "a"), _ok(4, 40, "a", second, ["1"])),
        ]
        path = tmp_path / "history.jsonl"
        path.write_text("".join(f"{json.dumps(line)}\n" for line in [*sale, *reads]))

        assert checker.judge(path)["verdict"] == verdict


@pytest.mark.parametrize("text", ["no JSON", '{"op": 1, "type": "ok"}', '{"op": 1, "type": "invoke", "action": "buy"}'])
def test_a_file_that_is_no_history_is_an_error(checker: Checker, tmp_path: Path, text: str) -> None:
    path = tmp_path / "history.jsonl"
    path.write_text(text + "\n")

    with pytest.raises(AssertionError, match=r"history\.jsonl:1: "):
        checker.judge(path)


def test_the_checker_has_gos_format() -> None:
    sources = sorted(SOURCE.glob("*.go"))
    unformatted = subprocess.run(["gofmt", "-l", *sources], check=True, capture_output=True, text=True)

    assert (len(sources) > 0, unformatted.stdout) == (True, "")


def _written(folder: Path, steps: tuple[Step, ...]) -> Path:
    """Write the steps as operations that follow each other."""
    lines, now = [], 0
    for op, (action, booking, seats, outcome, status) in enumerate(steps):
        now = max(now, END) + 10 if action == "wait" else now + 2
        if action == "wait":
            continue
        lines.append(_invoke(op, action, now, seats, booking))
        if outcome == "ok":
            lines.append(_ok(op, now + 1, booking, status, seats, END if now < END else 2 * END))
        else:
            lines.append({"op": op, "type": outcome, "time": now + 1})
    path = folder / "history.jsonl"
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines))
    return path


def _invoke(op: int, action: str, time: int, seats: list[str], booking: str) -> dict[str, Any]:
    fields = {"client": booking, "action": action, "seats": seats, "booking": booking, "expires": time + END}
    return {"op": op, "type": "invoke", "time": time, **fields}


def _ok(
    op: int, time: int, booking: str, status: str = "", seats: list[str] | None = None, expires: int = END
) -> dict[str, Any]:
    return {"op": op, "type": "ok", "time": time, "booking": booking, "expires": expires, "status": status} | (
        {"seats": seats} if status else {}
    )
