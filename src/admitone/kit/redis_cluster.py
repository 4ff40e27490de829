"""Redis Cluster: each key lives on one of several primaries, by the hash of the part of its name in braces.

An address is `redis+cluster://[user:password@]host[:port][,host[:port]…]`; `rediss+cluster` uses TLS. Any hosts of the
cluster will do: the others are asked for. All keys of an event have the event in braces, so its scripts run on one
server.

`ClusterRedis` is a `Redis` for the commands that AdmitOne uses. redis-py's own client of a cluster is another class,
repeats commands that may have been executed, and raises errors that are no `RedisError`.
"""

import asyncio
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from redis import exceptions
from redis.asyncio import BlockingConnectionPool, Redis, SSLConnection
from redis.crc import key_slot

from admitone.kit.redis_commands import Command, send_commands
from admitone.kit.redis_hosts import Host as Node
from admitone.kit.redis_hosts import parse_credentials, parse_hosts
from admitone.kit.tracing import span

CLUSTER_SCHEMES = ("redis+cluster", "rediss+cluster")
PORT = 6379
# While a shard has no primary, every failed command wants to know the new one: ask this often at most.
LEARN_SECONDS_MIN = 0.25
# A key that moves between servers is asked for at a second one, and at a third in a race.
ROUNDS_MAX = 3
# Commands without a key, for every primary.
_FOR_ALL = ("PING", "SCRIPT LOAD", "FLUSHDB")
_SCRIPTS = ("EVAL", "EVALSHA")
_LOST = (exceptions.ConnectionError, exceptions.TimeoutError, OSError)


class ClusterAddress(Struct, frozen=True):
    """Some hosts of a cluster, and the credentials of all."""

    nodes: tuple[Node, ...]
    is_tls: bool
    username: str | None
    password: str | None

    def __repr__(self) -> str:  # passwords are never logged
        return f"ClusterAddress(nodes={self.nodes!r})"


def is_cluster_url(redis_url: str) -> bool:
    return urlsplit(redis_url).scheme in CLUSTER_SCHEMES


def parse_cluster_url(url: str) -> ClusterAddress:
    """Return the address. Raises `ValueError`, whose text names what is wrong and contains no password."""
    parts = urlsplit(url)
    username, password = parse_credentials(parts.netloc)
    if parts.path.strip("/") not in ("", "0"):
        raise ValueError("a cluster has only the database 0: write no number after the hosts")
    if parts.query:
        raise ValueError("it has no options")
    return ClusterAddress(
        nodes=parse_hosts(parts.netloc, port=PORT),
        is_tls=parts.scheme == "rediss+cluster",
        username=username,
        password=password,
    )


class ClusterRedis(Redis):
    """A client of a cluster, with a bounded pool for each server.

    A command is sent once, unless the server says that the key is elsewhere. When a server is lost, its commands fail
    with an error of `kit.redis.UNAVAILABLE` until its replica has taken over; those of other servers go on.
    """

    def __init__(self, address: ClusterAddress, **options: Any) -> None:
        self._options = {**options, "username": address.username, "password": address.password}
        if address.is_tls:
            self._options["connection_class"] = SSLConnection
        self._pools: dict[Node, BlockingConnectionPool] = {}
        self._known: list[Node] = list(address.nodes)
        self._primaries: dict[int, Node] = {}
        self._is_outdated = True
        self._learned_at = float("-inf")
        self._learning = asyncio.Lock()
        super().__init__(connection_pool=self._pool(address.nodes[0]))

    async def execute_command(self, *arguments: Any, **options: Any) -> Any:
        name = arguments[0]
        with span(f"redis {name}", {"db.system.name": "redis"}):
            answer = await self._for_all(arguments) if name in _FOR_ALL else (await self.send([arguments]))[0]
        if isinstance(answer, Exception):
            raise answer
        options.pop("keys", None)
        callback = self.response_callbacks.get(name)
        return answer if callback is None else callback(answer, **options)

    async def xread(self, streams: Any, count: int | None = None, **unsupported: Any) -> Any:  # type: ignore[override]
        """Read each stream where it is, without waiting for changes."""
        assert not unsupported
        limit: Command = () if count is None else ("COUNT", count)
        answers = await self.send([("XREAD", *limit, "STREAMS", key, after) for key, after in streams.items()])
        found: dict[Any, Any] = {}
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
            parsed: Any = self.response_callbacks["XREAD"](answer)
            found.update(dict(parsed))
        return found

    async def send(self, commands: Sequence[Command]) -> list[Any]:
        """Return the answers, in order, by one write for each server.

        An error answer is returned. So is the error of a lost connection, for the commands of that server: it is then
        unknown which of them were executed.
        """
        answers: list[Any] = [None] * len(commands)
        places: list[tuple[int, Node | None]] = [(at, None) for at in range(len(commands))]
        for _ in range(ROUNDS_MAX):
            await self._learn()
            await self._send_round(commands, places, answers)
            places = [moved for at, _ in places if (moved := self._moved(at, answers[at])) is not None]
            if not places:
                break
        return answers

    async def _send_round(
        self, commands: Sequence[Command], places: Sequence[tuple[int, Node | None]], answers: list[Any]
    ) -> None:
        """Send these commands, each to the server of its key, or to a server that has it only this once."""
        by_node: dict[Node, list[tuple[int, bool]]] = {}
        for at, asked in places:
            node = asked or self._primaries.get(key_slot(_key(commands[at])))
            if node is None:
                answers[at] = exceptions.ConnectionError("no server of the cluster has this key now")
            else:
                by_node.setdefault(node, []).append((at, asked is not None))
        sent = await asyncio.gather(
            *(
                self._send_to(node, [(commands[at], is_asking) for at, is_asking in own])
                for node, own in by_node.items()
            ),
            return_exceptions=True,
        )
        for own, received in zip(by_node.values(), sent, strict=True):
            if isinstance(received, BaseException) and not isinstance(received, _LOST):
                raise received
            for place, (at, _) in enumerate(own):
                answers[at] = received if isinstance(received, BaseException) else received[place]

    def _moved(self, at: int, answer: Any) -> tuple[int, Node | None] | None:
        if isinstance(answer, exceptions.MovedError):
            self._primaries[answer.slot_id] = (answer.host, answer.port)
            self._is_outdated = True
            return at, None
        if isinstance(answer, exceptions.AskError):  # the slot is about to move, and this key has moved already
            return at, (answer.host, answer.port)
        return None

    async def _send_to(self, node: Node, commands: Sequence[tuple[Command, bool]]) -> list[Any]:
        written: list[Command] = []
        for command, is_asking in commands:
            written += [("ASKING",), command] if is_asking else [command]
        try:
            answers = await send_commands(self._pool(node), written)
        except _LOST:
            self._suspect(node)
            raise
        # It has lost most of the others, which may have given its keys to its replica meanwhile.
        if any(isinstance(answer, exceptions.ClusterDownError) for answer in answers):
            self._suspect(node)
        for answer in answers:
            if isinstance(answer, exceptions.AskError):  # or moved: a server may leave out the host, as in `_node`
                answer.host = answer.host or node[0]
        own = iter(answers)
        return [next(own) if not is_asking else (next(own), next(own))[1] for _, is_asking in commands]

    def _suspect(self, node: Node) -> None:
        """Ask the others for the primaries soon, and this one last."""
        self._is_outdated = True
        self._known.sort(key=lambda known: known == node)

    async def _for_all(self, arguments: Sequence[Any]) -> Any:
        """Return the last answer of all primaries, or an error of any. Each gets the command, whichever are lost."""
        await self._learn()
        command: Command = (*str(arguments[0]).split(), *arguments[1:])
        answers = []
        for node in sorted(set(self._primaries.values())):
            try:
                answers += await self._send_to(node, [(command, False)])
            except _LOST as error:
                answers.append(error)
        if not answers:
            raise exceptions.ConnectionError("the cluster has no primary now")
        return next((answer for answer in answers if isinstance(answer, Exception)), answers[-1])

    async def _learn(self) -> None:
        """Ask for the primary of each slot if that has changed."""
        if not self._is_outdated or time.monotonic() < self._learned_at + LEARN_SECONDS_MIN:
            return
        async with self._learning:
            if not self._is_outdated or time.monotonic() < self._learned_at + LEARN_SECONDS_MIN:
                return  # another caller has asked meanwhile
            try:
                await self._ask_any()
            finally:
                self._learned_at = time.monotonic()

    async def _ask_any(self) -> None:
        failure: Exception | None = None
        for node in list(self._known):
            try:
                (slots,) = await send_commands(self._pool(node), [("CLUSTER", "SLOTS")])
            except _LOST as error:
                failure = error
                continue
            if isinstance(slots, Exception):
                failure = exceptions.ConnectionError(f"{node[0]}:{node[1]} is no server of a cluster: {slots}")
                continue
            if not slots:  # it was reset, or met no other server yet
                failure = exceptions.ConnectionError(f"{node[0]}:{node[1]} knows no primary")
                continue
            self._remember(node, slots)
            return
        if not self._primaries:
            # As while the one server of another installation is down.
            raise exceptions.ConnectionError("no server of the cluster answers") from failure

    def _remember(self, asked: Node, slots: Iterable[Any]) -> None:
        primaries: dict[int, Node] = {}
        found: list[Node] = [asked]
        for first, last, *servers in slots:
            nodes = [_node(server, asked) for server in servers]
            primaries.update(dict.fromkeys(range(first, last + 1), nodes[0]))
            found += nodes
        self._primaries = primaries
        self._known = list(dict.fromkeys([*found, *self._known]))
        self._is_outdated = False

    def _pool(self, node: Node) -> BlockingConnectionPool:
        pool = self._pools.get(node)
        if pool is None:
            pool = self._pools[node] = BlockingConnectionPool(host=node[0], port=node[1], **self._options)
        return pool

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        await super().aclose(close_connection_pool)
        for pool in self._pools.values():
            with suppress(exceptions.RedisError, OSError):
                await pool.disconnect()


def _key(command: Command) -> bytes:
    name = command[0]
    if name in _SCRIPTS:
        key = command[3]
    elif name == "XREAD":
        key = command[command.index("STREAMS") + 1]
    else:
        key = command[1]
    return key if isinstance(key, bytes) else str(key).encode()


def _node(server: Sequence[Any], asked: Node) -> Node:
    host = server[0].decode() if isinstance(server[0], bytes) else server[0]
    # A server that does not know its own address leaves it out.
    return host or asked[0], int(server[1])
