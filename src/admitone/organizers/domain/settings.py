"""What an organization tells buyers about itself."""

from msgspec import Struct

from admitone.kit.currencies import CURRENCIES
from admitone.kit.refusal import Fault


class Settings(Struct, frozen=True):
    """`logo_url`: the address of one of its pictures. `currencies`: those that its events may be priced in; empty:
    every currency."""

    logo_url: str | None = None
    imprint: str | None = None
    privacy: str | None = None
    currencies: tuple[str, ...] = ()


def check_currencies(currencies: tuple[str, ...]) -> list[Fault]:
    return [
        (f"/currencies/{i}", f"There is no such currency in ISO 4217: {currency}.")
        for i, currency in enumerate(currencies)
        if currency not in CURRENCIES
    ]
