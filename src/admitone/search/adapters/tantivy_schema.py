"""What tantivy holds of an event and of an entity (performer, venue, city): two schemas, and how they are filled.

Text is folded before it comes here, so tokenizers only split at spaces. Fields by what is asked of them:
`names`, `places`, `rest`, `more` word by word, in falling order of worth; `…joined` whole names as one word each;
the others filter, sort and count.
"""

from collections.abc import Iterable
from functools import lru_cache

import msgspec
import tantivy

from admitone.catalogue.contracts import EventDocument, EventStatus
from admitone.search.domain import buckets, entities, prior
from admitone.search.domain.entities import CityAliases, Entity
from admitone.search.domain.fold import fold, joined, spellings
from admitone.search.domain.when import event_moments

WORDS = "words"
"""Name of the tokenizer that splits folded text at spaces; every opened index must be told of it."""
NEVER = 1 << 40
"""A second farther away than any date: the end of a sale that has none."""
JOINED_LENGTH_MAX = 80

encoder = msgspec.json.Encoder()


def register_words(index: tantivy.Index) -> tantivy.Index:
    index.register_tokenizer(WORDS, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index


def event_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_bytes_field("document", stored=True)
    for field in ("names", "places"):
        builder.add_text_field(field, tokenizer_name=WORDS, index_option="position")
    for field in ("rest", "more"):
        builder.add_text_field(field, tokenizer_name=WORDS, index_option="basic")
    keys = ("id", "entity_key", "segment_key", "genre_key", "city_key", "currency")
    for field in (*keys, "joined", "title_joined", "city_joined"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for field in ("segment", "genre", "city", "country", "month", "price", "place"):
        builder.add_text_field(field, fast=True, tokenizer_name="raw", index_option="basic")
    for field in ("earliest", "latest", "local_day", "price_min", "sale_from", "sale_to"):
        builder.add_integer_field(field, fast=True)
    for field in ("by_date", "by_price", "by_price_down", "by_popularity"):
        builder.add_integer_field(field, fast=True)
    builder.add_float_field("prior", fast=True)
    return builder.build()


def entity_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_bytes_field("entity", stored=True)
    builder.add_text_field("key", tokenizer_name="raw", index_option="basic")
    for field in ("joined", "far_joined"):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    builder.add_text_field("names", tokenizer_name=WORDS, index_option="position")
    for field in ("places", "more"):
        builder.add_text_field(field, tokenizer_name=WORDS, index_option="basic")
    builder.add_float_field("prior", fast=True)
    return builder.build()


def event_row(document: EventDocument, city_aliases: CityAliases, *, now_seconds: float) -> tantivy.Document:
    """The event as tantivy indexes it; `now_seconds` (Unix) decides what is soon."""
    venue, moments = document.venue, event_moments(document)
    performer_names = [name for one in document.performers for name in (one.name, *one.aliases)]
    venue_names = [venue.name, *venue.aliases]
    found = list(entities.document_entities(document, city_aliases))
    other_languages = next((one.aliases for one in found if one.type == "city"), ())
    composers = {composer for composer, _ in document.works}
    row = tantivy.Document()
    row.add_bytes("document", encoder.encode(_slim(document)))
    row.add_text("id", document.id)
    _add_words(row, "names", [document.name, *performer_names])
    _add_words(row, "places", [*venue_names, venue.city, venue.region or ""])
    others = [document.subtitle or "", document.series or "", *document.tags, *sorted(composers)]
    _add_bag(row, "rest", [*others, document.genre or "", document.segment])
    _add_bag(row, "more", other_languages)
    _add_bag(row, "more", [work for _, work in document.works])
    _add_joined(row, "joined", [*performer_names, *venue_names, *document.tags])
    _add_joined(row, "title_joined", [document.name])
    _add_joined(row, "city_joined", (venue.city, *other_languages))
    for one in found:
        row.add_text("entity_key", one.key)
    for field, value in (("segment", document.segment), ("genre", document.genre), ("city", venue.city)):
        if value:
            row.add_text(field, value)
            row.add_text(f"{field}_key", fold(value))
    row.add_text("country", venue.country_code.upper())
    row.add_text("month", document.local_date[:7])
    if venue.latitude is not None and venue.longitude is not None:
        row.add_text("place", place_term(venue.latitude, venue.longitude))
    for field, number in zip(("earliest", "latest", "local_day"), moments, strict=True):
        row.add_integer(field, number)
    _add_sale(row, document)
    row.add_integer("by_date", prior.date_key(document.id, moments))
    for field, down in (("by_price", False), ("by_price_down", True)):
        key = prior.price_key(document.id, moments, document.price_min, highest_first=down)
        row.add_integer(field, key)
    row.add_integer("by_popularity", prior.popularity_key(document.id, moments, document.popularity))
    row.add_float("prior", prior.event_prior(document, moments, now_seconds=now_seconds))
    return row


def entity_row(entity: Entity, event_count: int) -> tantivy.Document:
    row = tantivy.Document()
    row.add_bytes("entity", encoder.encode(entity))
    row.add_text("key", entity.key)
    # The dozens of names of a city in other languages are found as they are written, not with slips.
    near, far = ((), entity.aliases) if entity.type == "city" else (entity.aliases, ())
    _add_joined(row, "joined", [entity.name, *near])
    _add_words(row, "names", [entity.name, *near])
    _add_joined(row, "far_joined", far)
    _add_bag(row, "more", far)
    _add_bag(row, "places", [entity.detail])
    row.add_float("prior", prior.entity_prior(event_count))
    return row


def place_term(latitude: float, longitude: float) -> str:
    """Events of one place share one term, so that distances are computed once a place, not once an event."""
    return f"{latitude:.6f},{longitude:.6f}"


def _slim(document: EventDocument) -> EventDocument:
    """Without what only the event's own page shows: stored rows are read for every hit."""
    composers = tuple(dict.fromkeys((composer, "") for composer, _ in document.works))
    return msgspec.structs.replace(document, description=None, works=composers)


def _add_sale(row: tantivy.Document, document: EventDocument) -> None:
    if document.currency is not None:
        row.add_text("currency", document.currency)
    if document.price_min is not None and document.currency is not None:
        row.add_integer("price_min", document.price_min)
        row.add_text("price", buckets.price_bucket(document.price_min, document.currency))
    if document.capacity > 0 and document.status is not EventStatus.CANCELLED:
        opens, closes = document.on_sale_at, document.off_sale_at
        row.add_integer("sale_from", int(opens.timestamp()) if opens else 0)
        row.add_integer("sale_to", int(closes.timestamp()) if closes else NEVER)


def _add_words(row: tantivy.Document, field: str, texts: Iterable[str]) -> None:
    for spelling in dict.fromkeys(spelling for text in texts for spelling in spellings(text)):
        row.add_text(field, spelling)


def _add_bag(row: tantivy.Document, field: str, texts: Iterable[str]) -> None:
    row.add_text(field, _bag(tuple(texts)))


@lru_cache(maxsize=8_192)  # a city's dozens of names in other languages stand in each of its events
def _bag(texts: tuple[str, ...]) -> str:
    return " ".join(dict.fromkeys(word for text in texts for one in spellings(text) for word in one.split()))


@lru_cache(maxsize=8_192)
def _joined_names(texts: tuple[str, ...]) -> tuple[str, ...]:
    names = dict.fromkeys(joined(spelling) for text in texts for spelling in spellings(text))
    return tuple(name[:JOINED_LENGTH_MAX] for name in names)


def _add_joined(row: tantivy.Document, field: str, texts: Iterable[str]) -> None:
    for name in _joined_names(tuple(texts)):
        row.add_text(field, name)
