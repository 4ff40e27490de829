"""Choose the texts of a poster from the event's data."""

import re
from datetime import date

from msgspec import Struct

from admitone.catalogue.contracts import EventDocument, EventStatus

_VERSUS = re.compile(r"\s+(?:vs?\.?|–|—)\s+", re.IGNORECASE)
_AT = re.compile(r"\s+at\s+|\s+@\s+", re.IGNORECASE)
_PARTICLES = {"van", "von", "de", "di", "da", "del", "della", "le", "la", "du", "den", "der"}
_COMPOSERS_MAX = 4
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_DAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"]


class PosterWords(Struct, frozen=True):
    """Every text except `name` may be empty."""

    name: str
    headline: str
    overline: str
    support: str
    sides: tuple[str, str] | None
    """Both teams of a match, in the order of its name."""
    joint: str
    """The text between the teams: "v" or "at"."""
    composers: tuple[str, ...]
    series: str
    weekday: str
    day: str
    month: str
    year: str
    time: str
    venue: str
    city: str
    notice: str
    """"Cancelled", "Postponed", or empty."""

    @property
    def date_line(self) -> str:
        return f"{self.weekday} {self.day} {self.month} {self.year}".strip()


def words_of(document: EventDocument) -> PosterWords:
    """Return the texts of a poster, from the event's data alone."""
    when = date.fromisoformat(document.local_date[:10]) if document.local_date else None
    composers = _composers(document)
    headline, overline = _headline(document)
    sides, joint = _sides(document.name)
    return PosterWords(
        name=document.name,
        headline=headline,
        overline=overline,
        support=_support(document, f"{headline} {overline}"),
        sides=sides,
        joint=joint,
        composers=composers,
        series=document.series or "",
        weekday=_DAYS[when.weekday()] if when else "",
        day=str(when.day) if when else "",
        month=_MONTHS[when.month - 1] if when else "",
        year=str(when.year) if when else "",
        time=(document.local_time or "")[:5],
        venue=document.venue.name if document.venue.id else "Venue to be announced",
        city=document.venue.city,
        notice={EventStatus.CANCELLED: "Cancelled", EventStatus.POSTPONED: "Postponed"}.get(document.status, ""),
    )


def _headline(document: EventDocument) -> tuple[str, str]:
    """Return (headline, overline): a name that begins with its first performer is split after that."""
    name = document.name
    if not document.performers:
        return name, document.series or ""
    lead = document.performers[0].name
    if name == lead or not name.startswith(lead):
        return name, ""
    rest = name.removeprefix(lead).strip()
    if rest.lower().startswith("at "):
        return lead, ""
    if rest.startswith(":"):
        return rest.removeprefix(":").strip() or name, lead
    if rest.startswith(("—", "–", "-")):
        return lead, rest.strip("—–- ")
    return name, ""


def _support(document: EventDocument, said: str) -> str:
    if document.subtitle:
        return document.subtitle
    others = [performer.name for performer in document.performers if performer.name not in said]
    if others and not _sides(document.name)[0]:
        return ", ".join(others[:5])
    return ", ".join(work for _, work in document.works[:4])


def _sides(name: str) -> tuple[tuple[str, str] | None, str]:
    for pattern, joint in ((_VERSUS, "v"), (_AT, "at")):
        parts = pattern.split(name)
        if len(parts) == 2 and all(part.strip() for part in parts):
            return (parts[0].strip(), parts[1].strip()), joint
    return None, ""


def _composers(document: EventDocument) -> tuple[str, ...]:
    """Return the surnames in the order of the programme, without duplicates."""
    surnames = [_surname(composer) for composer, _ in document.works if composer]
    return tuple(dict.fromkeys(name for name in surnames if name))[:_COMPOSERS_MAX]


def _surname(composer: str) -> str:
    """`Ludwig van Beethoven` → `Beethoven`; `Saint-Saens [Saint-Saëns], Camille` → `Saint-Saëns`."""
    bracketed = re.search(r"\[([^\]]+)\]", composer)
    plain = bracketed.group(1) if bracketed else composer
    first = plain.split("/")[0].split(",")[0].strip()
    parts = first.split()
    while len(parts) > 1 and parts[-1].rstrip(".").lower() in {"jr", "sr", "ii", "iii"}:
        parts.pop()
    if len(parts) > 2 and parts[-2].lower() in _PARTICLES - {"van", "von"}:
        return " ".join(parts[-2:])
    return parts[-1] if parts else ""
