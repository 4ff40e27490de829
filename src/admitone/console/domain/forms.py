"""Decode a form, and keep what was typed together with its faults.

A form becomes the document that the API takes; what the API refuses comes back beside the fields. By convention a
field has the name of its JSON pointer with dots: `/location/lat` is the field `location.lat`.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from admitone.kit.money import currency_exponent

CSRF_FIELD, KEY_FIELD = "csrf_token", "form_key"
_WHOLE = re.compile(r"-?[0-9]{1,15}")
_AMOUNT = re.compile(r"[0-9]{1,12}(?:[.,][0-9]{1,4})?")


def field_of(pointer: str) -> str:
    """Return the field of a JSON pointer (RFC 6901): `/price_levels/0/name` → `price_levels.0.name`."""
    return pointer.lstrip("/").replace("/", ".").replace("~1", "/").replace("~0", "~")


@dataclass
class Form:
    """`fields`: (name, text) as typed, in order. `faults`: field name → what is wrong; "" is the whole form."""

    fields: tuple[tuple[str, str], ...] = ()
    faults: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, values: Mapping[str, str | Iterable[str] | None]) -> "Form":
        """Return a form filled in: what an edit page shows first. None leaves a field empty."""
        fields: list[tuple[str, str]] = []
        for name, value in values.items():
            texts = [value] if isinstance(value, str) else list(value or ())
            fields += [(name, text) for text in texts]
        return cls(tuple(fields))

    @property
    def key(self) -> str | None:
        """Return the key of this rendering of the form: it makes a second click repeat the first one's answer."""
        return self.value(KEY_FIELD) or None

    def value(self, name: str) -> str:
        """Return the text exactly as typed; "" if the field is missing."""
        return next((text for given, text in self.fields if given == name), "")

    def values(self, name: str) -> list[str]:
        """Return the texts of a field that may repeat (checkboxes, multiple choice)."""
        return [text for given, text in self.fields if given == name]

    def replace(self, name: str, text: str) -> None:
        """Set the only text of a field."""
        self.fields = (*((given, old) for given, old in self.fields if given != name), (name, text))

    def text(self, name: str) -> str | None:
        """Return the trimmed text; None where it is blank."""
        return self.value(name).strip() or None

    def flag(self, name: str) -> bool:
        """Return whether a checkbox is ticked."""
        return self.value(name) != ""

    def whole(self, name: str) -> int | None:
        """Return a whole number; None where the field is blank or has a fault, which is recorded."""
        text = self.value(name).strip()
        if text and not _WHOLE.fullmatch(text):
            self.faults[name] = "Enter a whole number."
            return None
        return int(text) if text else None

    def amount(self, name: str, currency: str) -> int | None:
        """Return an amount in minor units (`12.50` → 1250); None where the field is blank or has a fault."""
        text = self.value(name).strip().replace("\u00a0", "").replace(" ", "")
        if not text:
            return None
        exponent = currency_exponent(currency)
        try:
            minor = Decimal(text.replace(",", ".")).scaleb(exponent) if _AMOUNT.fullmatch(text) else None
        except InvalidOperation:
            minor = None
        if minor is None or minor != minor.to_integral_value():
            example = "12" if exponent == 0 else f"12.{'5'.ljust(exponent, '0')}"
            self.faults[name] = f"Enter an amount, for example {example}."
            return None
        return int(minor)

    def refused(self, faults: Iterable[tuple[str, str]], fields: Mapping[str, str] | None = None) -> "Form":
        """Add the faults that the API found, (JSON pointer, words), and return this form.

        `fields` maps pointers to fields where they differ from the convention. The first fault of a field stays.
        """
        for pointer, words in faults:
            name = (fields or {}).get(pointer, field_of(pointer))
            self.faults.setdefault(name, words)
        return self
