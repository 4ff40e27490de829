"""Control the readers of the live benchmark: processes of `bench.live_readers`."""

import asyncio
import json
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, Self

READERS_A_PROCESS = 5_000
SOURCES_A_PROCESS = 2


class Crowd:
    """`count` readers of one path. `async with` starts their processes and ends them."""

    def __init__(self, host: str, port: int, path: str, count: int) -> None:
        self._arguments = (host, str(port), path)
        self._counts = [READERS_A_PROCESS] * (count // READERS_A_PROCESS)
        if count % READERS_A_PROCESS:
            self._counts.append(count % READERS_A_PROCESS)
        self._processes: list[asyncio.subprocess.Process] = []

    async def __aenter__(self) -> Self:
        for number in range(len(self._counts)):
            sources = [f"127.0.{number + 1}.{source + 1}" for source in range(SOURCES_A_PROCESS)]
            self._processes.append(
                await asyncio.create_subprocess_exec(
                    sys.executable, "-m", "bench.live_readers", *self._arguments, *sources,
                    stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE, limit=2**24,
                )
            )  # fmt: skip
        return self

    async def __aexit__(self, *_: object) -> None:
        for process in self._processes:
            if process.returncode is None:
                process.terminate()
            await process.wait()

    async def open(self) -> int:
        """Return the number of connected readers."""
        answers = [
            await self._ask(process, f"open {count}")
            for process, count in zip(self._processes, self._counts, strict=True)
        ]
        return sum(answers)

    async def until(self, version: int) -> dict[str, Any]:
        """Return the hashes of the maps that show at least this version, with how many show each."""
        answers = await self._ask_all(f"until {version}")
        hashes: Counter[str] = Counter()
        for answer in answers:
            hashes.update(answer["hashes"])
        return {
            "hashes": hashes,
            "readers": sum(answer["readers"] for answer in answers),
            "lost": sum(answer["lost"] for answer in answers),
        }

    async def report(self, committed: dict[int, float]) -> dict[str, Any]:
        """Return deliveries, percentiles of the delay (ms) over changes x readers, and the readers' CPU cost."""
        with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
            json.dump(committed, file)
            file.flush()
            answers = await self._ask_all(f"report {Path(file.name)}")
        delays: Counter[int] = Counter()
        for answer in answers:
            delays.update({int(delay): count for delay, count in answer["delays_ms"].items()})
        return {
            "deliveries": sum(answer["deliveries"] for answer in answers),
            "changes_seen": delays.total(),
            "changes_expected": len(committed) * sum(self._counts),
            "delay_ms": _percentiles(delays),
            "generator_cpu_seconds": round(sum(answer["cpu_seconds"] for answer in answers), 1),
        }

    async def _ask_all(self, line: str) -> list[Any]:
        return await asyncio.gather(*(self._ask(process, line) for process in self._processes))

    async def _ask(self, process: asyncio.subprocess.Process, line: str) -> Any:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(f"{line}\n".encode())
        answer = await process.stdout.readline()
        if not answer:
            raise RuntimeError("a process of readers has ended")
        return json.loads(answer)


def _percentiles(delays: Counter[int]) -> dict[str, int]:
    total, seen, found = delays.total(), 0, {}
    for delay in sorted(delays):
        seen += delays[delay]
        for share in (50, 95, 99, 99.9):
            if f"p{share}" not in found and seen >= total * share / 100:
                found[f"p{share}"] = delay
    return {**found, "max": max(delays, default=0)}
