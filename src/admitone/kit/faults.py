"""Decode every request body strictly: clean its texts, and name each fault by its JSON pointer.

One decoder for all routes, imports and pages' forms. Types are strict (no `"25"` for 25), null says the same as absent
where a member is optional, members of unknown names are refused where the type says so, and texts are trimmed and
brought to NFC (`kit.text`) before they are checked.

The fast path decodes with msgspec, which stops at the first fault. If that fails, or a text needs cleaning, the slow
path compares the JSON value with its type and collects all faults, so one answer lists everything to correct. The walk
stops after `FAULTS_MAX` faults and counts a list before it looks at the items: a megabyte of wrong items costs 32 ms.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from functools import cache
from itertools import islice
from typing import Any, TypeVar

import msgspec

from admitone.kit.refusal import FAULTS_MAX, Fault, InvalidBody, MalformedBody
from admitone.kit.shapes import Shape, shape_of

Body = TypeVar("Body")

ITEMS_AT_ONCE = 256
"""Items of a list that one call converts: valid items cost no Python step each."""
NAME_CHARACTERS_MAX = 100
DETAIL_CHARACTERS_MAX = 300
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_INDEX = re.compile(r" - at `\$\[(\d+)\]")
_MISSING = object()


def decode_body(body: bytes, given: type[Body]) -> Body:
    """Return the body as the type. Raises `MalformedBody` (not JSON) or `InvalidBody` (its faults)."""
    anything: Any = given
    try:
        value: Body = _decoder(anything).decode(body)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        pass
    else:
        if is_clean(value, shape_of(given)):
            return value
    return convert_value(decode_json(body), given)


def decode_json(body: bytes) -> Any:
    """Return any JSON value. Raises `MalformedBody`."""
    try:
        return msgspec.json.decode(body.removeprefix(_BYTE_ORDER_MARK))
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedBody(f"The body is not valid JSON: {error}.") from error
    except RecursionError as error:
        raise MalformedBody("The body is nested too deeply.") from error


def convert_value(raw: Any, given: type[Body]) -> Body:
    """Return a JSON value as the type; the value itself is cleaned on the way. Raises `InvalidBody` with its faults."""
    holder = [raw]
    faults = list(islice(_walk(holder, 0, shape_of(given), ""), FAULTS_MAX + 1))
    if faults:
        raise InvalidBody(faults)
    try:
        return msgspec.convert(holder[0], given)
    except msgspec.ValidationError as error:
        raise InvalidBody([("", _plain(error, None))]) from error


@cache
def _decoder(given: Any) -> msgspec.json.Decoder[Any]:
    return msgspec.json.Decoder(given)


def is_clean(value: Any, shape: Shape) -> bool:
    """Whether a decoded value needs no cleaning and breaks no rule of a text."""
    if value is None or value is msgspec.UNSET:
        return True
    if isinstance(value, str | datetime):
        return shape.rule is None or shape.rule.is_clean(value)
    if isinstance(value, msgspec.Struct):
        return all(is_clean(getattr(value, member.attribute), member.shape) for member in shape.ruled)
    item = shape.item
    if item is None or not item.has_rules or not isinstance(value, list | tuple):
        return True
    return all(is_clean(part, item) for part in value)


def _walk(holder: Any, key: Any, shape: Shape, pointer: str) -> Iterator[Fault]:
    """Clean `holder[key]` and yield its faults against the shape."""
    raw = holder[key]
    if isinstance(raw, dict) and shape.members is not None:
        yield from _walk_object(raw, shape, pointer)
    elif isinstance(raw, list) and shape.item is not None:
        yield from _walk_list(raw, shape, shape.item, pointer)
    elif (detail := _walk_leaf(holder, key, shape)) is not None:
        yield pointer, detail


def _walk_leaf(holder: Any, key: Any, shape: Shape) -> str | None:
    rule = shape.rule
    if rule is not None:
        holder[key] = rule.clean(holder[key])
    try:
        msgspec.convert(holder[key], shape.type)
    except msgspec.ValidationError as error:
        # For an empty text, the message of its rule is clearer than that of its length.
        ruled = rule.fault(holder[key]) if rule is not None and holder[key] == "" else None
        return ruled or _plain(error, shape.words)
    return None if rule is None else rule.fault(holder[key])


def _walk_object(raw: dict[str, Any], shape: Shape, pointer: str) -> Iterator[Fault]:
    for name, member in (shape.members or {}).items():
        value = raw.get(name, _MISSING)
        if value is None and member.is_optional:
            del raw[name]
        elif value is not _MISSING:
            yield from _walk(raw, name, member.shape, f"{pointer}/{_escape(name)}")
        elif member.is_required:
            yield f"{pointer}/{_escape(name)}", "This member is required."
    if shape.known is not None and not shape.known.issuperset(raw):
        for name in raw:
            if name not in shape.known:
                yield f"{pointer}/{_escape(name[:NAME_CHARACTERS_MAX])}", "There is no such member."


def _walk_list(raw: list[Any], shape: Shape, item: Shape, pointer: str) -> Iterator[Fault]:
    if shape.items_max is not None and len(raw) > shape.items_max:
        yield pointer, f"At most {shape.items_max:,} items are possible; these are {len(raw):,}."
        return
    if len(raw) < shape.items_min:
        yield pointer, f"At least {shape.items_min:,} items are needed."
        return
    index = 0
    while index < len(raw):
        if not item.has_rules:
            index = _skip_good(raw, index, item)
        if index < len(raw):
            yield from _walk(raw, index, item, f"{pointer}/{index}")
        index += 1


def _skip_good(raw: list[Any], start: int, item: Shape) -> int:
    """Return the index of the first item from `start` on that does not convert, or the length of the list."""
    while start < len(raw):
        try:
            msgspec.convert(raw[start : start + ITEMS_AT_ONCE], list[item.type])  # type: ignore[name-defined]
        except msgspec.ValidationError as error:
            place = _INDEX.search(str(error))
            return start + (int(place[1]) if place else 0)
        start += ITEMS_AT_ONCE
    return len(raw)


def _plain(error: msgspec.ValidationError, words: str | None) -> str:
    """Return the message without its path, and a pattern in words."""
    detail = str(error).split(" - at `", 1)[0]
    if "matching regex" in detail or "Invalid enum value" in detail:
        return words or "This text does not have the required form."
    return detail if len(detail) <= DETAIL_CHARACTERS_MAX else f"{detail[:DETAIL_CHARACTERS_MAX]}…"


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
