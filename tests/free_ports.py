"""Ports of the loopback interface that are free now."""

import socket


def free_ports(number: int) -> list[int]:
    """Return ports that are free now. The program that binds one says so if another process was faster."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(number)]
    ports = [item.getsockname()[1] for item in sockets]
    for listening in sockets:
        listening.close()
    return ports
