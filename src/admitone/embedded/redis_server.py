"""Redis, or Valkey, as a child process: a unix socket only, append-only file synced every second."""

import socket
from pathlib import Path
from urllib.parse import quote

from admitone.embedded.child import Child, Program
from admitone.embedded.data_folder import DataFolder
from admitone.embedded.privileges import Identity

_ASK_SECONDS_MAX = 1.0


class RedisServer:
    """One server in `DATA/redis`, reachable at `url()`."""

    name = "Redis"
    restart_seconds_max = 5.0

    def __init__(
        self, program: Path, folder: DataFolder, identity: Identity, *, databases: int = 16, durable: bool = True
    ) -> None:
        self._program = program
        self._identity = identity
        self._home = folder.server_folder("redis", identity)
        self.socket = folder.sockets / "redis.sock"
        self._log = folder.path / "logs" / "redis.log"
        self._databases = databases
        self._durable = durable

    def url(self, database: int = 0) -> str:
        return f"unix://{quote(str(self.socket), safe='/')}?db={database}"

    def spawn(self) -> Child:
        """Start the server; it answers after it has loaded its data from disk."""
        # A killed server leaves its socket; this supervisor locks the data folder, so no process listens on it.
        self.socket.unlink(missing_ok=True)
        return Child(
            Program(
                name=self.name,
                arguments=[str(self._program), *self._options()],
                log=self._log,
                identity=self._identity,
            )
        )

    def answers(self) -> bool:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(_ASK_SECONDS_MAX)
                connection.connect(str(self.socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
        except OSError:
            return False

    def _options(self) -> list[str]:
        options = {
            "port": "0",
            "unixsocket": str(self.socket),
            "unixsocketperm": "700",
            "dir": str(self._home),
            "databases": str(self._databases),
            # PostgreSQL can rebuild the writes of the last second if they are lost; a write never waits for the disk.
            "appendonly": "yes" if self._durable else "no",
            "appendfsync": "everysec",
            # Rewriting the file takes a processor for a second or two. At the default of 64 MB a rush would trigger it
            # every twenty seconds; a file of this size loads in a few seconds at the start.
            "auto-aof-rewrite-min-size": "512mb",
            "save": "",
            # Locks must not be evicted silently, and have no expiry. Cached responses have one: Redis evicts the oldest
            # first. If that does not free enough memory, Redis refuses writes and the roles shed load.
            "maxmemory": "1gb",
            "maxmemory-policy": "volatile-lru",
            "daemonize": "no",
        }
        return [part for name, value in options.items() for part in (f"--{name}", value)]
