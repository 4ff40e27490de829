"""A port of its own for the metrics of one process.

Processes that share a listening socket answer `/metrics` in turns, and the worker answers no HTTP. With a port for each
process, Prometheus reads each of them as a target.
"""

from dataclasses import dataclass

from prometheus_client import start_http_server

from admitone.embedded.startup_error import StartupError


@dataclass(frozen=True)
class MetricsPort:
    """`host`, and the port of the first process; the others use the ports above it."""

    host: str
    port: int

    def serve(self, number: int = 0) -> None:
        """Answer `/metrics` in a thread, for as long as the process lives. Raises `StartupError` if the port is taken.

        `number`: counts the processes of one command from 0.
        """
        try:
            start_http_server(self.port + number, self.host)
        except OSError as error:
            raise StartupError(
                f"Metrics cannot be served on {self.host}:{self.port + number}: {error.strerror or error}."
            ) from error
