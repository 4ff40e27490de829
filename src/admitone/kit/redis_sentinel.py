"""Redis with failover: Sentinels name the primary, and every new connection asks them where it is.

An address is `redis+sentinel://[user:password@]host[:port][,host[:port]…]/service[/db]`; `rediss+sentinel` uses TLS.
The query may have `sentinel_username` and `sentinel_password`; `user:password` are for the Redis servers.
"""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from msgspec import Struct
from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.retry import Retry
from redis.asyncio.sentinel import Sentinel, SentinelConnectionPool
from redis.backoff import NoBackoff

from admitone.kit.redis_hosts import Host, parse_credentials, parse_hosts

SENTINEL_SCHEMES = ("redis+sentinel", "rediss+sentinel")
SENTINEL_PORT = 26379
# A Sentinel that does not answer costs this once: the one that answered is asked first from then on.
SENTINEL_SECONDS_MAX = 1.0
_OPTIONS = ("sentinel_username", "sentinel_password")


class SentinelAddress(Struct, frozen=True):
    """`service`: the name that the Sentinels watch the primary under. `is_tls`: to the Sentinels and to the servers."""

    sentinels: tuple[Host, ...]
    service: str
    db: int
    is_tls: bool
    username: str | None
    password: str | None
    sentinel_username: str | None
    sentinel_password: str | None

    def __repr__(self) -> str:  # passwords are never logged
        return f"SentinelAddress(sentinels={self.sentinels!r}, service={self.service!r})"

    @property
    def sentinel_options(self) -> dict[str, Any]:
        """Return the options of a client that speaks to a Sentinel; the client tries once."""
        return {
            "username": self.sentinel_username,
            "password": self.sentinel_password,
            "socket_timeout": SENTINEL_SECONDS_MAX,
            "socket_connect_timeout": SENTINEL_SECONDS_MAX,
            "ssl": self.is_tls,
        }

    @property
    def server_options(self) -> dict[str, Any]:
        """Return the options of a connection to the primary."""
        return {"username": self.username, "password": self.password, "db": self.db}


def is_sentinel_url(redis_url: str) -> bool:
    return urlsplit(redis_url).scheme in SENTINEL_SCHEMES


def parse_sentinel_url(url: str) -> SentinelAddress:
    """Return the address. Raises `ValueError`, whose text names what is wrong and contains no password."""
    parts = urlsplit(url)
    username, password = parse_credentials(parts.netloc)
    service, _, db = parts.path.strip("/").partition("/")
    if not service:
        raise ValueError("the name of the service is missing: redis+sentinel://host,host,host/service")
    if db and not (db.isascii() and db.isdigit()):
        raise ValueError("the number of the database, after the service, is not a number")
    options = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
    if unknown := sorted(set(options) - set(_OPTIONS)):
        raise ValueError(f"unknown option {unknown[0]}: it may have {' and '.join(_OPTIONS)}")
    return SentinelAddress(
        sentinels=parse_hosts(parts.netloc, port=SENTINEL_PORT),
        service=unquote(service),
        db=int(db or 0),
        is_tls=parts.scheme == "rediss+sentinel",
        username=username,
        password=password,
        sentinel_username=options.get("sentinel_username"),
        sentinel_password=options.get("sentinel_password"),
    )


class SentinelPool(SentinelConnectionPool, BlockingConnectionPool):
    """A bounded pool of connections to the primary that the Sentinels name. A caller waits for a free connection.

    When the primary changes, idle connections are closed; a connection that is in use fails with an error of
    `kit.redis.UNAVAILABLE` and is made again to the new primary.
    """

    def __init__(self, address: SentinelAddress, **options: Any) -> None:
        # One attempt: while no primary is elected, a request is answered at once and the buyer's client tries again.
        asked = {**address.sentinel_options, "retry": Retry(NoBackoff(), 0)}
        manager = Sentinel(list(address.sentinels), sentinel_kwargs=asked)  # type: ignore[no-untyped-call]
        self._sentinels: tuple[Redis, ...] = tuple(manager.sentinels)
        super().__init__(  # type: ignore[no-untyped-call]
            address.service, manager, ssl=address.is_tls, **address.server_options, **options
        )

    async def disconnect(self, inuse_connections: bool = True) -> None:
        """Close connections; with those in use, also the ones to the Sentinels."""
        await super().disconnect(inuse_connections)
        if inuse_connections:
            for sentinel in self._sentinels:
                await sentinel.aclose()
