"""Many machines on one: each host is a network namespace with an address of its own on a bridge."""
