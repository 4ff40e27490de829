"""`python -m scripts.cluster.slow_link HOST NUMBER MILLISECONDS`: delay every packet to and from a host, each way.

The kernel's own `netem` is missing on many machines. This puts a program into the cable: the host's address moves to a
TAP device in its namespace, the bridge gets another one, and each frame that one of them sends waits here before the
other receives it. Ends with SIGTERM; the host's cable is then as before.
"""

import asyncio
import fcntl
import os
import signal
import struct
import subprocess
import sys
from collections import deque
from collections.abc import Callable

from scripts.cluster.namespaces import NETWORK, call_in

_TUNSETIFF = 0x400454CA
_IFF_TAP, _IFF_NO_PI = 0x0002, 0x1000
_FRAME_BYTES_MAX = 65_536
_INSIDE = "slow0"


def open_tap(name: str) -> int:
    """Create a TAP device in the network of the calling thread; return its file, which gives and takes frames."""
    tap = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tap, _TUNSETIFF, struct.pack("16sH", name.encode(), _IFF_TAP | _IFF_NO_PI))
    return tap


def put_in(host: str, address: str) -> tuple[int, int]:
    """Replace the host's cable by two TAP devices; return their files, the host's first."""
    inside = call_in(host, lambda: open_tap(_INSIDE))
    outside = open_tap(f"slow-{host}")
    mac = _ip("-netns", host, "-brief", "link", "show", "eth0").split()[2]
    for words in (
        f"-netns {host} link set eth0 down",
        f"-netns {host} address del {address}/24 dev eth0",
        f"-netns {host} link set {_INSIDE} address {mac}",
        f"-netns {host} address add {address}/24 dev {_INSIDE}",
        f"-netns {host} link set {_INSIDE} up",
        f"link set slow-{host} master hosts up",
    ):
        _ip(*words.split())
    return inside, outside


def take_out(host: str, address: str) -> None:
    """Give the host its cable back; the devices are gone with their files."""
    for words in (
        f"-netns {host} address add {address}/24 dev eth0",
        f"-netns {host} link set eth0 up",
    ):
        _ip(*words.split())


async def forward(inside: int, outside: int, seconds: float) -> None:
    """Pass frames on, each after the delay, until SIGTERM."""
    loop = asyncio.get_running_loop()
    over = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, over.set)
    loop.add_reader(inside, _reader(loop, inside, outside, seconds))
    loop.add_reader(outside, _reader(loop, outside, inside, seconds))
    await over.wait()


def _reader(loop: asyncio.AbstractEventLoop, source: int, target: int, seconds: float) -> Callable[[], None]:
    waiting: deque[bytes] = deque()

    def send_one() -> None:
        try:
            os.write(target, waiting.popleft())
        except OSError:  # a full queue, or a device that is down, loses a packet, as a cable does
            return

    def read_all() -> None:
        while True:
            try:
                waiting.append(os.read(source, _FRAME_BYTES_MAX))
            except OSError:
                return
            loop.call_later(seconds, send_one)

    return read_all


def _ip(*words: str) -> str:
    return subprocess.run(["ip", *words], check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> None:
    host, number, milliseconds = sys.argv[1:]
    address = f"{NETWORK}.{number}"
    inside, outside = put_in(host, address)
    try:
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        asyncio.run(forward(inside, outside, int(milliseconds) / 1000))
    finally:
        os.close(inside)
        os.close(outside)
        take_out(host, address)


if __name__ == "__main__":
    main()
