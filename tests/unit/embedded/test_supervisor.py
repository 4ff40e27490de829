"""The supervisor restarts ended processes, with growing pauses; it stops them in the reverse order of their start."""

import time

from admitone.embedded.supervisor import Supervisor


class Played:
    """A process that ends when the test says so."""

    def __init__(self, name: str, story: list[str]) -> None:
        self.name = name
        self.story = story
        self.exit_code: int | None = None
        story.append(f"{name} starts")

    def ask_to_stop(self) -> None:
        self.story.append(f"{self.name} is asked")

    def kill(self) -> None:
        self.story.append(f"{self.name} is killed")
        self.exit_code = -9

    def stop(self) -> int:
        self.story.append(f"{self.name} stops")
        return 0


def check_for(supervisor: Supervisor, seconds: float) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        supervisor.check()
        time.sleep(0.01)


def test_a_killed_process_is_restarted_and_reported() -> None:
    story: list[str] = []
    said: list[str] = []
    supervisor = Supervisor(said.append)
    processes: list[Played] = []

    def spawn() -> Played:
        processes.append(Played("redis", story))
        return processes[-1]

    supervisor.start("redis", spawn)
    processes[0].exit_code = -9
    check_for(supervisor, 0.5)

    assert story == ["redis starts", "redis starts"]
    assert said == ["redis was killed by signal 9; restarting it in 0.2 s"]


class Silent:
    """A detector that reports the given process as hanging, once."""

    def __init__(self, hangs: list[str]) -> None:
        self._hangs = hangs

    def find_hang(self, _now: float) -> str | None:
        return self._hangs.pop() if self._hangs else None


def test_a_hanging_process_is_killed_restarted_and_reported_once() -> None:
    story: list[str] = []
    said: list[str] = []
    hangs = ["did not answer for 3 s"]
    supervisor = Supervisor(said.append)
    supervisor.start("booking", lambda: Played("booking", story), lambda _process: Silent(hangs))

    check_for(supervisor, 0.5)

    assert story == ["booking starts", "booking is killed", "booking starts"]
    assert said == ["booking did not answer for 3 s; restarting it in 0.2 s"]


def test_a_crash_loop_slows_down() -> None:
    said: list[str] = []
    supervisor = Supervisor(said.append)

    def spawn() -> Played:
        process = Played("broken", [])
        process.exit_code = 1
        return process

    supervisor.start("broken", spawn)
    check_for(supervisor, 0.8)

    assert [line.rpartition(" in ")[2] for line in said] == ["0.2 s", "0.4 s", "0.8 s"]


def test_a_process_that_cannot_start_is_retried_later() -> None:
    said: list[str] = []
    supervisor = Supervisor(said.append)
    first = Played("nginx", [])
    answers: list[Played | None] = [first, None]

    def spawn() -> Played:
        answer = answers.pop(0)
        if answer is None:
            raise OSError(24, "Too many open files")
        return answer

    supervisor.start("nginx", spawn)
    first.exit_code = 1
    check_for(supervisor, 0.4)

    assert said[1] == "nginx cannot be started: [Errno 24] Too many open files; retrying in 1 s"


def test_the_last_started_process_stops_first() -> None:
    story: list[str] = []
    supervisor = Supervisor(lambda _line: None)
    for name in ("postgresql", "roles", "nginx"):
        supervisor.start(name, lambda name=name: Played(name, story))  # type: ignore[misc]
    story.clear()

    supervisor.stop_all()

    assert story == ["nginx stops", "roles stops", "postgresql stops"]


def test_a_one_time_process_is_done_when_it_succeeds_and_restarted_when_it_fails() -> None:
    story: list[str] = []
    said: list[str] = []
    codes = [1, 0]
    supervisor = Supervisor(said.append)

    def spawn() -> Played:
        process = Played("sample", story)
        process.exit_code = codes.pop(0)
        return process

    supervisor.start("sample", spawn, once=True)
    check_for(supervisor, 0.6)
    supervisor.stop_all()

    assert story == ["sample starts", "sample starts"]
    assert said == ["sample ended with code 1; restarting it in 0.2 s"]
