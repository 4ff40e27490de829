"""What is answered with 503 and `Retry-After`: one table of SQLSTATEs, of Redis' error replies, and of errnos."""

import errno
import inspect

import msgspec
import psycopg
import pytest
from redis import exceptions

from admitone.kit import redis
from admitone.kit.http.problem import is_unavailable, problem_answer

CLASSES = ("08", "40", "53", "57", "58")
SINGLE = ("55P03", "25006", "25P03")
STATES = sorted(
    state
    for _, error in inspect.getmembers(psycopg.errors, inspect.isclass)
    if isinstance(state := getattr(error, "sqlstate", None), str) and (state[:2] in CLASSES or state in SINGLE)
)
REPLIES = {
    "MISCONF Errors writing to the AOF file: No space left on device": True,
    "OOM command not allowed when used memory > 'maxmemory'.": True,
    "READONLY You can't write against a read only replica.": True,
    "LOADING Redis is loading the dataset in memory": True,
    "BUSY Redis is busy running a script.": True,
    "CLUSTERDOWN The cluster is down": True,
    "NOREPLICAS Not enough good replicas to write.": True,
    "MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.": True,
    "TRYAGAIN Multiple keys request during rehashing of slot": True,
    "NOSCRIPT No matching script.": True,
    "ERR max number of clients reached": True,
    "ERR unknown command": False,
    "WRONGTYPE Operation against a key holding the wrong kind of value": False,
}


def test_the_table_of_sqlstates_is_not_empty() -> None:
    assert {"53100", "57P01", "08006", "58030", "40P01", "55P03"} <= set(STATES)


@pytest.mark.parametrize("state", STATES)
def test_a_sqlstate_of_a_server_that_cannot_is_503(state: str) -> None:
    assert _answer(psycopg.errors.lookup(state)("no")) == (503, "busy", "1")


@pytest.mark.parametrize("reply", REPLIES)
def test_an_error_reply_of_redis_is_503_where_it_says_not_now(reply: str) -> None:
    error = redis._Parser.parse_error(reply)

    assert is_unavailable(error) is REPLIES[reply]
    assert isinstance(error, exceptions.RedisError)


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EIO])
def test_a_machine_without_a_resource_is_503(number: int) -> None:
    assert _answer(OSError(number, "no")) == (503, "busy", "1")


@pytest.mark.parametrize("error", [OSError(errno.EINVAL, "no"), FileNotFoundError(errno.ENOENT, "no"), ValueError()])
def test_what_waiting_does_not_mend_is_a_defect(error: Exception) -> None:
    assert _answer(error) == (500, "defect", None)


def _answer(error: Exception) -> tuple[int, str, str | None]:
    status, headers, body = problem_answer(error, method="POST", path="/booking/checkout")
    return status, msgspec.json.decode(body)["code"], headers.get("Retry-After")
