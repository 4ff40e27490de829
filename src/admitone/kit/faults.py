"""Decode a body into a msgspec Struct and name every fault in it, each by its JSON pointer (RFC 6901).

msgspec stops at the first fault, which is what the fast path wants. When it fails, the slow path converts
the value field by field and collects all of them, so that a person mends a file in one round.
"""

from collections.abc import Iterator
from typing import Any, TypeVar, get_args, get_origin

import msgspec

from admitone.kit.refusal import Fault, InvalidBody, MalformedBody

Shape = TypeVar("Shape")

DEPTH_MAX = 32


def decode_body(body: bytes, shape: type[Shape]) -> Shape:
    """Return the body as `shape`. Raises `MalformedBody` (not JSON) or `InvalidBody` (every fault)."""
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError):
        raw = decode_json(body)
        return convert_value(raw, shape)


def decode_json(body: bytes) -> Any:
    """Return any JSON value. Raises `MalformedBody`."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedBody(f"The body is not valid JSON: {error}.") from error
    except RecursionError as error:
        raise MalformedBody("The body is nested too deeply.") from error


def convert_value(raw: Any, shape: type[Shape]) -> Shape:
    """Return `raw` as `shape`. Raises `InvalidBody` with every fault."""
    try:
        return msgspec.convert(raw, shape)
    except msgspec.ValidationError as error:
        faults = list(find_faults(raw, shape))
        raise InvalidBody(faults or [("", str(error))]) from error


def find_faults(raw: Any, shape: Any, pointer: str = "") -> Iterator[Fault]:
    """Yield (pointer, detail) for everything that keeps `raw` from being `shape`."""
    try:
        msgspec.convert(raw, shape)
        return
    except msgspec.ValidationError as error:
        detail = _plain(error)
    struct = _struct_of(shape)
    if struct is not None and isinstance(raw, dict):
        yield from _struct_faults(raw, struct, pointer)
    elif (item := _item_of(shape)) is not None and isinstance(raw, list):
        nested = [fault for i, one in enumerate(raw) for fault in find_faults(one, item, f"{pointer}/{i}")]
        yield from nested or [(pointer, detail)]
    else:
        yield pointer, detail


def _struct_faults(raw: dict[str, Any], struct: type[msgspec.Struct], pointer: str) -> Iterator[Fault]:
    fields = {field.encode_name: field for field in msgspec.structs.fields(struct)}
    for name, field in fields.items():
        if name in raw:
            yield from find_faults(raw[name], field.type, f"{pointer}/{_escape(name)}")
        elif field.required:
            yield f"{pointer}/{_escape(name)}", "This field is required."
    if struct.__struct_config__.forbid_unknown_fields:
        for name in raw:
            if name not in fields:
                yield f"{pointer}/{_escape(str(name))}", "There is no such field."


def _struct_of(shape: Any) -> type[msgspec.Struct] | None:
    for option in (shape, *get_args(shape)):
        if isinstance(option, type) and issubclass(option, msgspec.Struct):
            return option
    return None


def _item_of(shape: Any) -> Any | None:
    for option in (shape, *get_args(shape)):
        if get_origin(option) in (list, tuple, set, frozenset):
            return get_args(option)[0]
    return None


def _plain(error: msgspec.ValidationError) -> str:
    return str(error).split(" - at `", 1)[0]


def _escape(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
