"""Terminal output of `admitone demo`: steps with their times, one progress line, plain lines without a terminal.

There is no live display: those redraw from a second thread, and the supervisor must stay single-threaded to fork
safely.
"""

import math
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.control import Control
from rich.segment import ControlType

from admitone.embedded.loading_state import read_sample_state

_LOOK_SECONDS = 0.5


class Screen:
    """The output of one start of the demo."""

    def __init__(self) -> None:
        self._console = Console(highlight=False, soft_wrap=True)
        self._started_at = time.monotonic()
        self._has_progress = False

    @contextmanager
    def step(self, name: str) -> Iterator[None]:
        """Print `name` when its step is done, with its seconds."""
        started_at = time.monotonic()
        if self._console.is_terminal:
            self._console.print(f"  [dim]…[/] {name}", end="\r")
        yield
        self._console.print(f"  [green]✓[/] {name} [dim]{time.monotonic() - started_at:.1f} s[/]")

    def progress(self, line: str) -> None:
        """Print a line that the next one replaces; skipped without a terminal."""
        if self._console.is_terminal:
            self._clear()
            self._console.print(f"  [dim]… {line}[/]", end="\r")
            self._has_progress = True

    def done(self, line: str) -> None:
        self._clear()
        self._console.print(f"  [green]✓[/] {line}")

    def say(self, line: str) -> None:
        self._clear()
        self._console.print(f"  [yellow]![/] {line}", markup=True)

    def ready(
        self, address: str, api_key: str, console: str, *, is_empty: bool = False, has_mailbox: bool = True
    ) -> None:
        """Print the line that programs wait for, alone and unstyled, then the hints for people."""
        first, second = (
            (
                'Put your first event on sale:       docs/how-to/first_event.md, from "A venue and its seats" on',
                f"Open the pages, no events yet:      {address}",
            )
            if is_empty
            else (
                f"Find a show and book two seats: open {address}",
                f"Read the mails that buyers get: {address}/demo/mail"
                if has_mailbox
                else f"Search as a program does:       curl '{address}/events/search?q=beethoven&size=3'",
            )
        )
        third = f"Read the HTTP API:{' ' * (18 if is_empty else 14)}{address}/schema"
        self._console.print()
        self._console.print(f"AdmitOne is ready at {address}", style="bold" if self._console.is_terminal else None)
        seconds = time.monotonic() - self._started_at
        self._console.print(
            f"\n  Started in {seconds:.1f} s. Organizer key: {api_key}\n"
            f"  Console (this link works once): {console}\n\n"
            "  Three things to try:\n"
            f"  1. {first}\n"
            f"  2. {second}\n"
            f"  3. {third}\n\n"
            "  Ctrl-C stops everything. The data stays for the next start.",
            markup=False,
        )

    def stopped(self) -> None:
        self._clear()
        self._console.print("\n  Stopped.")

    def _clear(self) -> None:
        if self._has_progress:
            self._has_progress = False
            self._console.control(Control((ControlType.CARRIAGE_RETURN,), (ControlType.ERASE_IN_LINE, 2)))


class LoadingShown:
    """Report the progress of loading the rest of the sample, as the loader records it in the data folder."""

    def __init__(self, screen: Screen, folder: Path) -> None:
        self._screen = screen
        self._folder = folder
        self._looked_at = -math.inf
        state = read_sample_state(folder)
        self.is_over = state is None or state.is_complete

    def show(self, now: float) -> None:
        """Print the progress if it changed. Call this often."""
        if self.is_over or now - self._looked_at < _LOOK_SECONDS:
            return
        self._looked_at = now
        state = read_sample_state(self._folder)
        assert state is not None
        if state.is_complete:
            self.is_over = True
            self._screen.done(f"All {state.total:,} sample events are loaded")
        else:
            self._screen.progress(f"Loading sample events: {state.events:,} of {state.total:,}")
