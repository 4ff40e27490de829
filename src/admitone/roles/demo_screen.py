"""What `admitone demo` shows: steps with their times, a bar for what takes long, plain lines where no terminal is.

No live display: those redraw from a second thread, and the supervisor must stay single-threaded to fork safely.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

_REDRAW_SECONDS = 0.1


class Screen:
    """One start of the demo on the terminal."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._started_at = time.monotonic()

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Show `name` when it is done, with its seconds."""
        started_at = time.monotonic()
        if self._console.is_terminal:
            self._console.print(f"  [dim]…[/] {name}", end="\r")
        yield
        self._console.print(f"  [green]✓[/] {name} [dim]{time.monotonic() - started_at:.1f} s[/]")

    @contextmanager
    def bar(self, name: str) -> Iterator[Callable[[int, int], None]]:
        """Yield `progress(done, total)`; a terminal sees a bar, a file the last line only."""
        started_at = time.monotonic()
        columns = (TextColumn("  [dim]…[/] {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(
            *columns,
            console=self._console,
            auto_refresh=False,
            transient=True,
            disable=not self._console.is_terminal,
        ) as bar:
            task = bar.add_task(name, total=None)
            drawn_at = 0.0

            def progress(done: int, total: int) -> None:
                nonlocal drawn_at
                bar.update(task, completed=done, total=total)
                if time.monotonic() - drawn_at >= _REDRAW_SECONDS:
                    drawn_at = time.monotonic()
                    bar.refresh()

            yield progress
        self._console.print(f"  [green]✓[/] {name} [dim]{time.monotonic() - started_at:.1f} s[/]")

    def say(self, line: str) -> None:
        self._console.print(f"  [yellow]![/] {line}", markup=True)

    def ready(self, address: str, api_key: str) -> None:
        """The line that programs wait for comes alone, unstyled; then what a person may do."""
        self._console.print()
        self._console.print(f"AdmitOne is ready at {address}", style="bold" if self._console.is_terminal else None)
        seconds = time.monotonic() - self._started_at
        self._console.print(
            f"\n  Started in {seconds:.1f} s. Organizer key: {api_key}\n\n"
            "  Three things to try:\n"
            f"  1. Find a show and book two seats: open {address}\n"
            f"  2. Search as a program does:       curl '{address}/events/search?q=beethoven&size=3'\n"
            f"  3. Read the interface:             {address}/schema\n\n"
            "  Ctrl-C stops everything; the next start keeps it.",
            markup=False,
        )

    def stopped(self) -> None:
        self._console.print("\n  Stopped.")
