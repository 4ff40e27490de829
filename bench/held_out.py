"""Generate held-out queries by rule from real names, like those of the data pack, with a different seed.

The names from which the pack's queries were made are excluded, so the two sets share only the rules.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path

from admitone.catalogue.contracts import EventDocument
from admitone.kit.fold import fold, fold_words
from admitone.search.domain.entities import city_key
from bench.event_data import Row, city_aliases, rows
from bench.held_out_events import event_queries

QUERIES_A_KIND = 20
_AS_WRITTEN = frozenset({"exact", "alias", "venue_exact", "venue_alias"})
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_SOUNDS = (
    ("ss", "s"), ("nn", "n"), ("ll", "l"), ("tz", "z"), ("ph", "f"), ("ck", "k"), ("ch", "k"), ("th", "t"),
    ("x", "ks"), ("v", "w"), ("c", "k"), ("z", "s"), ("ou", "u"), ("ei", "ai"), ("y", "i"),
)  # fmt: skip
_PERSONS = frozenset({"soloist", "conductor", "singer", "driver"})
_LENGTH_MIN = {"typo2": 9}
"""With fewer letters, two typos make another name. Other kinds: five letters."""
_EXPANDED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"})


def held_out_queries(folder: Path, documents: Sequence[EventDocument], known: Sequence[Row], seed: int) -> list[Row]:
    """Return rows like those of `queries_dev.jsonl`; `known` are the queries whose names are excluded."""
    return _Maker(folder, documents, known, random.Random(seed)).queries()


def as_typed_wrong(name: str, slips: int, chance: random.Random) -> str:
    """Return the text in lower case, with letters omitted, added, replaced or swapped."""
    text = name.lower()
    for _ in range(slips):
        i = chance.randrange(len(text) - 1)
        match chance.randrange(4):
            case 0:
                text = text[:i] + text[i + 1 :]
            case 1:
                text = text[:i] + chance.choice(_LETTERS) + text[i:]
            case 2:
                text = text[:i] + chance.choice(_LETTERS) + text[i + 1 :]
            case _:
                text = text[:i] + text[i + 1] + text[i] + text[i + 2 :]
    return text


class _Maker:
    def __init__(
        self, folder: Path, documents: Sequence[EventDocument], known: Sequence[Row], chance: random.Random
    ) -> None:
        self._chance = chance
        self._documents = documents
        seen = {document_id for query in known for document_id in query["relevant"]}
        self._performers = [row for row in rows(folder, "performers") if row["id"] not in seen and row["n_events"]]
        self._venues = [row for row in rows(folder, "venues") if row["id"] not in seen and row["n_events"]]
        self._city_aliases = city_aliases(folder)
        self._ids: dict[tuple[str, str], set[str]] = defaultdict(set)
        """(folded name, "performer" or "venue") → the ids with that name."""
        self._by_surname: dict[str, set[str]] = defaultdict(set)
        self._by_word: dict[str, set[str]] = defaultdict(set)
        self._names: list[tuple[str, str]] = []
        for row in rows(folder, "venues"):  # there are many of the name Memorial Stadium
            for name in (row["name"], *row.get("aliases", ())):
                self._ids[fold(name), "venue"].add(row["id"])
        for row in rows(folder, "performers"):
            if row.get("kind") in _PERSONS:
                self._by_surname[fold_words(row["name"])[-1]].add(row["id"])
            for name in (row["name"], *row.get("aliases", ())):
                folded = fold(name)
                self._ids[folded, "performer"].add(row["id"])
                self._names.append((folded, row["id"]))
                for word in folded.split():
                    self._by_word[word].add(row["id"])

    def queries(self) -> list[Row]:
        made = [
            *self._of_names("exact", self._performers, _name, lambda name: name),
            *self._of_names("typo1", self._performers, _name, lambda name: self._typo(name, 1)),
            *self._of_names("typo2", self._performers, _name, lambda name: self._typo(name, 2)),
            *self._of_names("no_diacritics", self._performers, _accented, fold),
            *self._of_names("expanded_diacritics", self._performers, _umlauted, _expand),
            *self._of_names("phonetic", self._performers, _name, self._as_heard),
            *self._of_names("alias", self._performers, self._alias, lambda name: name),
            *self._of_names("alias_typo", self._performers, self._alias, lambda name: self._typo(name, 1)),
            *self._of_names("reordered", self._performers, _two_words, lambda name: " ".join(name.split()[::-1])),
            *self._of_names("joined", self._performers, _two_words, lambda name: fold(name).replace(" ", "")),
            *self._of_names("split", self._performers, _long, self._split),
            *self._partial(),
            *self._prefix(),
            *self._of_names("venue_exact", self._venues, _name, lambda name: name, "venue"),
            *self._of_names("venue_typo", self._venues, _name, lambda name: self._typo(name, 1), "venue"),
            *self._of_names("venue_no_diacritics", self._venues, _accented, fold, "venue"),
            *self._of_names("venue_alias", self._venues, self._alias, lambda name: name, "venue"),
            *self._venue_city(),
            *self._pairs("pair", lambda name: name),
            *self._pairs("pair_typo", lambda name: self._typo(name, 1)),
            *self._performer_city("performer_city", lambda city, _: city),
            *self._performer_city("performer_city_alias", self._other_language),
            *self._composer_performer(),
            *event_queries(self._chance, self._documents, self._city_aliases, self._typo_once, QUERIES_A_KIND),
        ]
        return [{"n_relevant_events": 1, "relevant": [], **query} for query in made]

    def _of_names(
        self,
        kind: str,
        source: list[Row],
        choose: Callable[[Row], str | None],
        change: Callable[[str], str | None],
        target: str = "performer",
    ) -> list[Row]:
        made: list[Row] = []
        for row in self._chance.sample(source, len(source)):
            name = choose(row)
            query = change(name) if name else None
            if name is None or query is None or (kind not in _AS_WRITTEN and query == name):
                continue
            other = "performer" if target == "venue" else "venue"
            # Crystal Palace is a club and was a venue: a query may mean either.
            if len(fold(name)) < _LENGTH_MIN.get(kind, 5) or self._ids.get((fold(name), other)):
                continue
            ids = {row["id"], *self._ids[fold(name), target], *self._ids[fold(query), target]}
            made.append(_wanted(query, kind, target, f"{target}_any", ids))
            if len(made) == QUERIES_A_KIND:
                break
        return made

    def _partial(self) -> list[Row]:
        made = []
        for row in self._chance.sample(self._performers, 200):
            word = max(fold_words(row["name"]), key=len, default="")
            if 4 < len(word) < len(fold(row["name"])) and len(self._by_word[word]) <= 5:
                made.append(_wanted(word, "partial", "performer", "performer_any", self._by_word[word]))
        return made[:QUERIES_A_KIND]

    def _prefix(self) -> list[Row]:
        made = []
        for row in self._chance.sample(self._performers, QUERIES_A_KIND):
            name = fold(row["name"])
            typed = name[: max(5, int(len(name) * 0.6))]
            ids = {document_id for full, document_id in self._names if full.startswith(typed)}
            made.append(_wanted(typed, "prefix", "performer", "performer_any", ids))
        return made

    def _venue_city(self) -> list[Row]:
        chosen = self._chance.sample([row for row in self._venues if row.get("city")], QUERIES_A_KIND)
        return [
            _wanted(f"{row['name']} {row['city']}", "venue_city", "venue", "venue_any", {row["id"]}) for row in chosen
        ]

    def _pairs(self, kind: str, change: Callable[[str], str | None]) -> list[Row]:
        matches = [
            candidate
            for candidate in self._documents
            if candidate.segment == "sports" and len(candidate.performers) == 2
        ]
        made: list[Row] = []
        for match in self._chance.sample(matches, QUERIES_A_KIND):
            first, other = (change(" ".join(fold_words(team.name))) for team in match.performers)
            ids = sorted(team.id for team in match.performers)
            query = f"{first} {self._chance.choice(['vs', 'v', '-', ''])} {other}"
            made.append({"query": query, "type": kind, "target": "event", "event_rule": {"performer_all": ids}})
        return made

    def _performer_city(self, kind: str, change: Callable[[str, str], str | None]) -> list[Row]:
        made: list[Row] = []
        for document in self._chance.sample(self._documents, 3_000):
            city = (
                change(document.venue.city, document.venue.country_code)
                if document.performers and document.venue.city
                else None
            )
            if city is None or document.segment != "music":
                continue
            performer = self._chance.choice(document.performers)
            rule = {"performer_any": [performer.id], "city_any": [document.venue.city]}
            query = f"{performer.name} {city}"
            made.append({"query": query, "type": kind, "target": "event", "event_rule": rule})
        return made[:QUERIES_A_KIND]

    def _composer_performer(self) -> list[Row]:
        made: list[Row] = []
        for document in self._chance.sample([candidate for candidate in self._documents if candidate.works], 300):
            composer = self._chance.choice(document.works)[0]
            persons = [performer for performer in document.performers if performer.kind in _PERSONS]
            performer = self._chance.choice(persons) if persons else None
            surname = fold_words(composer.split(",")[0])[-1:]
            if performer is None or not surname or len(surname[0]) < 4 or len(fold_words(performer.name)) < 2:
                continue
            last = fold_words(performer.name)[-1]
            rule = {"performer_any": sorted(self._by_surname[last]), "composer_any": surname}
            query = f"{last} {surname[0]}"
            made.append({"query": query, "type": "composer_performer", "target": "event", "event_rule": rule})
        return made[:QUERIES_A_KIND]

    def _typo(self, name: str, count: int) -> str:
        return as_typed_wrong(name, count, self._chance)

    def _typo_once(self, name: str) -> str:
        return self._typo(name, 1)

    def _as_heard(self, name: str) -> str | None:
        text = name.lower()
        fitting = [(written, heard) for written, heard in _SOUNDS if written in text]
        return text.replace(*self._chance.choice(fitting), 1) if fitting else None

    def _alias(self, row: Row) -> str | None:
        aliases = [alias for alias in row.get("aliases", ()) if fold(alias) != fold(row["name"])]
        return self._chance.choice(aliases) if aliases else None

    def _split(self, name: str) -> str:
        words = name.split()
        i = max(range(len(words)), key=lambda number: len(words[number]))
        cut = self._chance.randrange(3, len(words[i]) - 2)
        return " ".join([*words[:i], words[i][:cut], words[i][cut:], *words[i + 1 :]])

    def _other_language(self, city: str, country: str) -> str | None:
        names = [alias for alias in self._city_aliases.get(city_key(city, country), ()) if fold(alias) != fold(city)]
        return self._chance.choice(names) if names else None


def _wanted(query: str, kind: str, target: str, rule: str, ids: set[str]) -> Row:
    return {"query": query, "type": kind, "target": target, "event_rule": {rule: sorted(ids)}, "relevant": sorted(ids)}


def _name(row: Row) -> str:
    return str(row["name"])


def _accented(row: Row) -> str | None:
    return None if row["name"].isascii() else str(row["name"])


def _umlauted(row: Row) -> str | None:
    return str(row["name"]) if set("äöüøåÄÖÜØÅ") & set(row["name"]) else None


def _expand(name: str) -> str:
    return name.lower().translate(_EXPANDED)


def _two_words(row: Row) -> str | None:
    return str(row["name"]) if len(row["name"].split()) == 2 else None


def _long(row: Row) -> str | None:
    return str(row["name"]) if max(map(len, row["name"].split())) > 7 else None
