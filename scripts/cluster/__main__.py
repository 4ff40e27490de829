"""`./run cluster [--port 8000] [--logs DIR]`: run the cluster until Ctrl-C, reachable at http://127.0.0.1:PORT.

Needs root, for network namespaces, and Debian's packages of the engines. Uses about 6 GB of memory, and 3 GB more
for OpenSearch, which needs Java and Maven.
"""

import argparse
import asyncio
import os
import socket
import sys
from contextlib import suppress
from pathlib import Path

from scripts.cluster.cluster import Cluster, add_options, read_forms, run_cluster
from scripts.cluster.namespaces import enter, outer_pid
from scripts.cluster.product import VIRTUAL_ADDRESS

_CHUNK_BYTES = 65_536


async def relay(listener: socket.socket) -> None:
    """Forward each connection to the virtual address. The socket belongs to the network that it was made in."""

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            there = await asyncio.open_connection(VIRTUAL_ADDRESS, 80)
            await asyncio.gather(_copy(reader, there[1]), _copy(there[0], writer))
        writer.close()

    server = await asyncio.start_server(forward, sock=listener)
    await server.serve_forever()


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while data := await reader.read(_CHUNK_BYTES):
            writer.write(data)
            await writer.drain()
    writer.close()


def describe(cluster: Cluster) -> str:
    names = "\n".join(f"    {host.name:9} {host.address:12} {' '.join(host.services)}" for host in cluster.hosts)
    return (
        f"  {cluster.public_url} is {VIRTUAL_ADDRESS}, on {cluster.active_gateway().name}\n{names}\n"
        f"  API key of an organization: {cluster.api_key}\n"
        f"  A shell in it: nsenter --all --target $(pgrep -P {outer_pid()}); there, on a host: ip netns exec db1 bash\n"
        f"  Data and logs: {cluster.hosts[0].folder.parent}\n"
        "  Ctrl-C ends it."
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--logs", type=Path, help="copy the logs of all hosts to this folder at the end")
    add_options(parser)
    parser.add_argument("--socket", type=int, help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    forms = read_forms(arguments)
    if arguments.socket is None:
        try:
            listener = socket.create_server(("127.0.0.1", arguments.port))
        except (OSError, OverflowError) as error:
            sys.exit(f"error: port {arguments.port} of 127.0.0.1 cannot be used: {error}")
        enter("scripts.cluster", [*sys.argv[1:], f"--socket={listener.fileno()}"], pass_fds=[listener.fileno()])
    enter("scripts.cluster", ())
    listener = socket.socket(fileno=arguments.socket)
    public_url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    os.set_inheritable(arguments.socket, False)
    with (
        suppress(KeyboardInterrupt),
        run_cluster(lambda text: say(f"  {text}"), public_url=public_url, forms=forms, logs=arguments.logs) as cluster,
    ):
        say(describe(cluster))
        asyncio.run(relay(listener))


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
