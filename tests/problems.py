"""Check the form of the product's refusals (problem documents)."""

from typing import Any

import httpx


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    """Return the problem document of an answer; fail if it is malformed."""
    assert answer.headers["Content-Type"].startswith("application/problem+json"), answer.text[:500]
    problem: dict[str, Any] = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["type"] == f"/problems#{problem['code']}"
    assert problem["title"]
    assert problem["detail"]
    assert "Traceback" not in answer.text
    return problem


def refusal(answer: httpx.Response) -> tuple[int, str]:
    """Return (status, code)."""
    return answer.status_code, problem_of(answer)["code"]


def pointers(answer: httpx.Response) -> list[str]:
    """Return the pointers to the faults in a 422 `invalid-body`."""
    problem = problem_of(answer)
    assert (answer.status_code, problem["code"]) == (422, "invalid-body"), answer.text
    return [fault["pointer"] for fault in problem["errors"]]
