"""The choices of a list that may be too long to show: the first of them, or those that have the typed words.

Beside such a list stands a field that finds the others (`find_choices` of templates/parts/programme.html).
"""

from typing import Any

from admitone.console.domain.forms import Form
from admitone.console.routes.visit import Visit

CHOICES_MAX = 100


async def find_choices(visit: Visit, form: Form, listed: str, words: str) -> tuple[list[dict[str, Any]], bool]:
    """Return the first that have the words of this field in their names, and whether there are others."""
    asked = form.text(words)
    found = await visit.api.get(f"/organizer/{listed.replace('_', '-')}", q=asked, size=CHOICES_MAX)
    return found[listed], bool(asked) or found["page"]["total"] > len(found[listed])


def with_choice(options: list[tuple[str, str]], chosen: str, label: str) -> list[tuple[str, str]]:
    """Return the options and the chosen one: a value that the list does not have must not be lost."""
    is_missing = chosen != "" and chosen not in dict(options)
    return [*options, (chosen, label)] if is_missing else options
