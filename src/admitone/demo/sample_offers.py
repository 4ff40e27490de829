"""Derive a sample event's prices and areas by rule; the same event always gets the same result."""

import hashlib
from typing import Any

from admitone.kit.money import amount_step, currency_exponent

Json = dict[str, Any]

_EURO_COUNTRIES = "AD AT BE BG CY DE EE ES FI FR GR HR IE IT LT LU LV MC ME MT NL PT SI SK XK SM".split()  # noqa: SIM905 - a table reads better
_OTHER_COUNTRIES = """
    US:USD PR:USD EC:USD PA:USD GB:GBP JP:JPY CH:CHF LI:CHF CA:CAD AU:AUD NZ:NZD SE:SEK NO:NOK DK:DKK IS:ISK PL:PLN
    CZ:CZK HU:HUF RO:RON RS:RSD UA:UAH RU:RUB TR:TRY IL:ILS AE:AED QA:QAR SA:SAR KW:KWD BH:BHD JO:JOD OM:OMR TN:TND
    MA:MAD DZ:DZD EG:EGP ZA:ZAR NG:NGN KE:KES IN:INR CN:CNY HK:HKD TW:TWD KR:KRW SG:SGD MY:MYR TH:THB ID:IDR PH:PHP
    VN:VND MX:MXN BR:BRL AR:ARS CL:CLP CO:COP PE:PEN UY:UYU PY:PYG BO:BOB CR:CRC GE:GEL AZ:AZN KZ:KZT
""".split()  # noqa: SIM905
# Approximate exchange rates, close enough for plausible prices.
_RATES = """
    EUR:1 USD:1.1 GBP:0.85 JPY:160 CHF:1 CAD:1.5 AUD:1.65 NZD:1.8 SEK:11 NOK:11.5 DKK:7.5 ISK:150 PLN:4.3 CZK:25
    HUF:390 RON:5 RSD:117 UAH:44 RUB:100 TRY:38 ILS:4 AED:4 QAR:4 SAR:4 KWD:0.33 BHD:0.41 JOD:0.77 OMR:0.42 TND:3.4
    MAD:10.8 DZD:146 EGP:54 ZAR:20 NGN:1700 KES:140 INR:92 CNY:7.8 HKD:8.5 TWD:35 KRW:1480 SGD:1.45 MYR:4.8 THB:38
    IDR:17500 PHP:63 VND:27500 MXN:21 BRL:6.2 ARS:1200 CLP:1050 COP:4500 PEN:4.1 UYU:45 PYG:8500 BOB:7.6 CRC:560
    GEL:3 AZN:1.9 KZT:540
""".split()  # noqa: SIM905
CURRENCY_OF = dict.fromkeys(_EURO_COUNTRIES, "EUR") | dict(pair.split(":") for pair in _OTHER_COUNTRIES)
_UNITS_PER_EURO = {code: float(rate) for code, rate in (pair.split(":") for pair in _RATES)}
_MAJOR_SERIES = ("Premier League", "Primera División de España", "Bundesliga", "Serie A", "Champions League")
_MAJOR = (*_MAJOR_SERIES, "Ligue 1", "World Cup", "European Championship", "NFL")

# Seating plan → categories from the most expensive to the cheapest, each with its share of the top price.
SEATING_PLAN_TIERS = {
    "metalist_kharkiv": (
        ("Skybox", 1.0, ("Skybox",)),
        ("VIP", 0.7, ("VIP",)),
        ("Main stands", 0.4, ("West stand", "East stand")),
        ("Behind the goals", 0.22, ("North stand", "South stand")),
    ),
    "ticketland_hall": (
        ("Super VIP", 1.0, ("Super VIP",)),
        ("VIP tables", 0.75, ("VIP 1", "VIP 2")),
        ("VIP", 0.6, ("VIP 3", "VIP 4")),
        ("Parterre", 0.35, ("Танцевальный партер",)),
    ),
    "ull_paraninfo": (
        ("Stalls", 1.0, ("Patio de Butacas",)),
        ("Lower boxes", 0.8, ("Palco Bajo",)),
        ("Upper boxes", 0.6, ("Palco Alto",)),
        ("Amphitheatre", 0.4, ("Anfiteatro",)),
    ),
    "canvas_arena": (
        ("Category 1", 1.0, ("Category I",)),
        ("Category 2", 0.75, ("Category II",)),
        ("Category 3", 0.5, ("Category IV",)),
        ("Category 4", 0.35, ("Category V",)),
    ),
    "round_stage": (
        ("Front row", 1.0, ("Row A",)),
        ("Rows B and C", 0.75, ("Row B", "Row C")),
        ("Rows D and E", 0.5, ("Row D", "Row E")),
    ),
}


def offer_of(event: Json, kind: str | None, country: str, plans: dict[str, str]) -> Json:
    """Return `price_levels`, `general_admission` and `seat_map_id` of a sample event.

    `kind` is the kind of its venue, None if the venue is not announced; `plans` maps file names to seat map ids.
    """
    draw = draw_of(event["id"])
    plan, areas, top = _layout(event, kind, country, draw)
    currency = CURRENCY_OF.get(country, "USD")
    levels = [(name, share, categories) for name, share, categories in SEATING_PLAN_TIERS[plan]] if plan else []
    levels += [(name, share, ()) for name, share, _ in areas]
    free = event["segment"] == "conference" and draw % 25 == 0
    return {
        "seat_map_id": plans[plan] if plan else None,
        "price_levels": [
            _level(name, 0.0 if free else top * share, currency, categories) for name, share, categories in levels
        ],
        "general_admission": [{"name": name, "capacity": capacity, "price_level": name} for name, _, capacity in areas],
        "ticket_limit": 4 if top > 150 else 8,
    }


def draw_of(event_id: str) -> int:
    """Return a pseudo-random number that is always the same for the same input."""
    return int.from_bytes(hashlib.blake2b(event_id.encode(), digest_size=6).digest())


Area = tuple[str, float, int]


def _layout(event: Json, kind: str | None, country: str, draw: int) -> tuple[str | None, list[Area], float]:
    """Return the seating plan, the areas (name, share of the top price, capacity) and the top price in euros."""
    segment, genre = event["segment"], event.get("genre")
    if segment == "sports":
        return _sport(event, genre, kind, draw)
    if segment == "conference":
        capacity = 100 + draw % 15 * 60
        return (
            None,
            [("Conference pass", 1.0, capacity), ("Student pass", 0.3, capacity // 8 + 10)],
            150 + draw % 9 * 75,
        )
    if genre == "classical":
        return _concert(kind, country, draw)
    return _rock(kind, country, draw)


def _sport(event: Json, genre: str | None, kind: str | None, draw: int) -> tuple[str | None, list[Area], float]:
    if genre == "motorsport":
        grandstands = [("Grandstand A", 1.0, 5_000), ("Grandstand B", 0.7, 8_000), ("General admission", 0.3, 30_000)]
        return None, grandstands, 350 + draw % 6 * 50
    major = any(name in event.get("series", "") for name in _MAJOR)
    if kind == "stadium" or (major and kind is None and draw % 2):
        return "metalist_kharkiv", [], (180 if major else 60) + draw % 8 * 15
    if kind == "arena":
        return "canvas_arena", [], 60 + draw % 5 * 10
    stands = [("Main stand", 1.0, 2_500 + draw % 7 * 500), ("Terrace", 0.5, 4_000 + draw % 5 * 1_000)]
    return None, [*stands, ("Away end", 0.5, 900)], (70 if major else 25) + draw % 5 * 5


def _concert(kind: str | None, country: str, draw: int) -> tuple[str | None, list[Area], float]:
    top = 80 + draw % 10 * 10
    if kind in ("stadium", "festival_site", "ballpark"):
        return None, [("Lawn", 0.4, 6_000), ("Front terrace", 1.0, 800)], top * 0.6
    if kind in ("church", "club", "other") and draw % 3 == 0:
        return "round_stage", [], top * 0.6
    if country in ("RU", "UA", "BY", "KZ") or draw % 9 == 0:
        return "ticketland_hall", [], top
    if kind == "arena":
        return "canvas_arena", [], top
    return "ull_paraninfo", [], top


def _rock(kind: str | None, country: str, draw: int) -> tuple[str | None, list[Area], float]:
    top = 70 + draw % 12 * 10
    if kind in ("stadium", "ballpark", "circuit"):
        return "metalist_kharkiv", [("Pitch standing", 0.45, 12_000)], top * 1.8
    if kind in ("arena", "convention_centre"):
        return "canvas_arena", [("Floor standing", 0.7, 1_500)], top
    if kind in ("concert_hall", "theatre", "opera_house") and draw % 3:
        return ("ticketland_hall" if draw % 5 == 0 else "ull_paraninfo"), [], top
    if kind == "festival_site":
        return None, [("Day ticket", 0.6, 20_000), ("Front area", 1.0, 2_000)], top
    return None, [("Standing", 0.5, 300 + draw % 9 * 100), ("Balcony", 0.7, 120)], top


def _level(name: str, euros: float, currency: str, categories: tuple[str, ...]) -> Json:
    price = _nice(euros * _UNITS_PER_EURO[currency])
    unit = 10 ** currency_exponent(currency)
    step = 10 if unit == 1 else amount_step(currency)  # prices in yen are multiples of ten or more
    fee = round(price * 0.09 * unit / step) * step
    return {
        "name": name,
        "price": {"amount": round(price * unit), "currency": currency},
        "fees": {"amount": fee, "currency": currency},
        "categories": categories,
    }


def _nice(amount: float) -> float:
    """Round to a typical ticket price: two significant digits, halves below ten."""
    if amount < 10:
        return round(amount * 2) / 2
    step = 10 ** (len(str(int(amount))) - 2)
    return float(round(amount / step) * step)
