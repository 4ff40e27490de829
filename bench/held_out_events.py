"""Generate held-out queries for events: two teams with one misspelt, a performer in a city, a race by its place."""

import random
from collections.abc import Callable, Mapping, Sequence

from admitone.catalogue.contracts import DocumentPerformer, EventDocument
from admitone.kit.fold import fold, fold_words
from admitone.search.domain.entities import city_key
from bench.event_data import Row

_LETTERS_MIN = 6
"""With fewer letters, a typing error makes another name."""
_ALIAS_SHARE = 0.3

Misspell = Callable[[str], str]


def event_queries(
    chance: random.Random,
    documents: Sequence[EventDocument],
    city_aliases: Mapping[str, tuple[str, ...]],
    misspell: Misspell,
    size: int,
) -> list[Row]:
    """Return `size` queries of each kind, by the rows' rules; of all segments, unlike `performer_city`."""
    matches = [event for event in documents if event.segment == "sports" and len(event.performers) == 2]
    races = [event for event in documents if event.genre == "motorsport" and event.tags]
    placed = [event for event in documents if event.performers and event.venue.city]
    made = [_pair_one_typo(chance, event, misspell) for event in _distinct_pairs(chance, matches, size)]
    made += [_in_city(chance, event, event.venue.city, "any_city") for event in chance.sample(placed, size)]
    made += _in_city_by_another_name(chance, placed, city_aliases, size)
    made += [_race(chance, event, misspell) for event in chance.sample(races, size)]
    return made


def _pair_one_typo(chance: random.Random, match: EventDocument, misspell: Misspell) -> Row:
    names = [_called(chance, team) for team in match.performers]
    wrong = chance.randrange(2) if min(map(len, names)) >= _LETTERS_MIN else max((0, 1), key=lambda i: len(names[i]))
    names[wrong] = misspell(names[wrong])
    query = f" {chance.choice(['vs', 'v', '-', ''])} ".join(names)
    return _event_query(query, "pair_one_typo", {"performer_all": sorted(team.id for team in match.performers)})


def _distinct_pairs(chance: random.Random, matches: Sequence[EventDocument], size: int) -> list[EventDocument]:
    fitting = [match for match in matches if max(len(fold(team.name)) for team in match.performers) >= _LETTERS_MIN]
    return chance.sample(fitting, size)


def _in_city(chance: random.Random, event: EventDocument, city: str, kind: str) -> Row:
    performer = chance.choice(event.performers)
    rule = {"performer_any": [performer.id], "city_any": [event.venue.city]}
    return _event_query(f"{_called(chance, performer)} {city}".lower(), kind, rule)


def _in_city_by_another_name(
    chance: random.Random, placed: Sequence[EventDocument], city_aliases: Mapping[str, tuple[str, ...]], size: int
) -> list[Row]:
    made: list[Row] = []
    for event in chance.sample(placed, len(placed)):
        place = event.venue
        aliases = city_aliases.get(city_key(place.city, place.country_code), ())
        names = [alias for alias in aliases if fold(alias) != fold(place.city)]
        if names:
            made.append(_in_city(chance, event, chance.choice(names), "any_city_alias"))
        if len(made) == size:
            break
    return made


def _race(chance: random.Random, race: EventDocument, misspell: Misspell) -> Row:
    """`f1 qatar`, `qatar grand prix`, `f1 losail`: by the name of the race, or by its city or circuit."""
    series = race.performers[0]
    tag = next((tag for tag in race.tags if tag.endswith("grand prix")), race.tags[-1])
    by_tag, by_city = {"tag_any": [tag]}, {"city_any": [race.venue.city]}
    query, rule = chance.choice(
        [
            (f"f1 {tag.removesuffix(' grand prix')}", by_tag),
            (tag, by_tag),
            (f"{misspell(tag.removesuffix(' grand prix'))} grand prix", by_tag),
            (f"formula 1 {race.venue.city}".lower(), by_city),
            (f"{race.venue.city} grand prix".lower(), by_city),
        ]
    )
    return _event_query(query, "race_by_place", {"performer_any": [series.id], **rule})


def _called(chance: random.Random, performer: DocumentPerformer) -> str:
    aliases = [alias for alias in performer.aliases if len(fold(alias)) >= _LETTERS_MIN]
    name = chance.choice(aliases) if aliases and chance.random() < _ALIAS_SHARE else performer.name
    return " ".join(fold_words(name))


def _event_query(query: str, kind: str, rule: Row) -> Row:
    return {"query": query, "type": kind, "target": "event", "event_rule": rule}
