"""Map events and entities (`domain.indexing`) to two tantivy schemas."""

from typing import Any

import tantivy

from admitone.search.domain import indexing
from admitone.search.domain.indexing import Row

WORDS = "words"
"""Name of the tokenizer that splits folded text at spaces; register it with every opened index."""


def register_words(index: tantivy.Index) -> tantivy.Index:
    index.register_tokenizer(WORDS, tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build())
    return index


def event_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_bytes_field("document", stored=True)
    _add_text_fields(builder, indexing.WORD_FIELDS)
    for field in (*indexing.KEY_FIELDS, *indexing.JOINED_FIELDS):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    for field in indexing.COUNTED_FIELDS:
        builder.add_text_field(field, fast=True, tokenizer_name="raw", index_option="basic")
    for field in (*indexing.NUMBER_FIELDS, *indexing.ORDER_FIELDS):
        builder.add_integer_field(field, fast=True)
    builder.add_float_field("prior", fast=True)
    return builder.build()


def entity_schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_bytes_field("entity", stored=True)
    for field in ("key", *indexing.ENTITY_JOINED_FIELDS):
        builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    _add_text_fields(builder, indexing.ENTITY_WORD_FIELDS)
    builder.add_float_field("prior", fast=True)
    return builder.build()


def to_document(row: Row) -> tantivy.Document:
    document = tantivy.Document()
    for field, value in row.items():
        _add(document, field, value)
    return document


def _add_text_fields(builder: tantivy.SchemaBuilder, fields: tuple[str, ...]) -> None:
    for field in fields:
        builder.add_text_field(field, tokenizer_name=WORDS, index_option="basic")


def _add(document: tantivy.Document, field: str, value: Any) -> None:
    match value:
        case bytes():
            document.add_bytes(field, value)
        case str():
            document.add_text(field, value)
        case int():
            document.add_integer(field, value)
        case float():
            document.add_float(field, value)
        case _:
            for text in value:
                document.add_text(field, text)
