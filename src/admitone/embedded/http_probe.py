"""Probe an HTTP server for readiness over a unix socket or TCP, with the standard library only."""

import http.client
import socket
from pathlib import Path

_SECONDS_MAX = 2.0


def answers_at_socket(path: Path, target: str = "/readyz") -> bool:
    """Return whether a GET over this unix socket gets a 200."""
    connection = socket.socket(socket.AF_UNIX)
    connection.settimeout(_SECONDS_MAX)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        return False
    return _answers(connection, target)


def answers_at(host: str, port: int, target: str = "/readyz") -> bool:
    """Return whether a GET to this address gets a 200."""
    try:
        connection = socket.create_connection((host, port), _SECONDS_MAX)
    except OSError:
        return False
    return _answers(connection, target)


def _answers(connection: socket.socket, target: str) -> bool:
    client = http.client.HTTPConnection("localhost")
    client.sock = connection
    try:
        client.request("GET", target, headers={"Connection": "close"})
        return client.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        client.close()
