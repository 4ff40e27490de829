"""The socket that nginx inherits."""

import os

from admitone.embedded.nginx import listen_on


def test_no_worker_blocks_in_accept() -> None:
    """A worker of nginx that loses the race for a connection must get EAGAIN, not wait for the next one."""
    with listen_on("127.0.0.1", 0) as listener:
        assert os.get_blocking(listener.fileno()) is False
