"""`python start_servers.py DATA TIMES`: start PostgreSQL and Redis there as the demo does, and print the result."""

import os
import sys
from contextlib import ExitStack
from pathlib import Path

from admitone.embedded.binaries import find_binaries, make_readable
from admitone.embedded.data_folder import hold_data_folder
from admitone.embedded.postgresql import PostgreSQL
from admitone.embedded.privileges import choose_identity
from admitone.embedded.readiness import wait_until_ready
from admitone.embedded.redis_server import RedisServer
from admitone.embedded.startup_error import StartupError


def main(data: Path, times: int) -> str:
    identity = choose_identity(data)
    for _ in range(times):
        with ExitStack() as stack:
            folder = stack.enter_context(hold_data_folder(data, identity))
            binaries = make_readable(find_binaries(os.environ), folder.path / "runtime", identity)
            postgresql = PostgreSQL(binaries.postgres_folder, folder, identity)
            redis = RedisServer(binaries.redis, folder, identity)
            redis_process = redis.spawn()
            stack.callback(redis_process.stop)
            postgresql.prepare()
            postgresql_process = postgresql.spawn()
            stack.callback(postgresql_process.stop)
            wait_until_ready(redis_process, redis.answers)
            wait_until_ready(postgresql_process, postgresql.answers)
            postgresql.create_database()
    return f"{identity.way.value}: both answer"


if __name__ == "__main__":
    try:
        print(main(Path(sys.argv[1]), int(sys.argv[2])))
    except StartupError as trouble:
        print(trouble)
