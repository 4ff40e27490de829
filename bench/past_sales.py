"""Write years of past business before an on-sale: confirmed bookings, their tickets, payments and ledger entries."""

from pathlib import Path

import psycopg

BOOKINGS_AN_EVENT = 20_000

# One statement per table; `first` and `last` number the bookings. The rows of a sale after its capture.
_STATEMENTS = (
    """insert into booking.tickets (event_id, index, level_id, state, booking_id)
       select 'evt_past' || n / %(an_event)s, 2 * (n %% %(an_event)s) + seat, 'lvl', 's', 'bkg_past' || n
       from generate_series(%(first)s::int, %(last)s::int) n, generate_series(0, 1) seat""",
    """insert into booking.bookings (id, event_id, organization_id, status, indexes, tickets, subtotal, fees, currency,
           buyer_key, buyer_email, attempt, idempotency_key, request_hash, created_at, expires_at, confirmed_at)
       select 'bkg_past' || n, 'evt_past' || n / %(an_event)s, 'org_past', 'confirmed',
           array[2 * (n %% %(an_event)s), 2 * (n %% %(an_event)s) + 1],
           '[[0,"sec","Section","lvl","A",12000,500,"1","1","s"],[1,"sec","Section","lvl","A",12000,500,"1","2","t"]]',
           24000, 1000, 'EUR', 'p' || n || '@example.org', 'p' || n || '@example.org', 1,
           decode(md5(n::text), 'hex'), decode(md5(n::text), 'hex'), at, at + interval '10 minutes', at
       from (select n, now() - interval '1 year' + n * interval '20 seconds' as at
             from generate_series(%(first)s::int, %(last)s::int) n) past""",
    """insert into payments.payments (booking_id, attempt, provider, provider_ref, payment_method, amount, currency,
           status)
       select 'bkg_past' || n, 1, 'simulated', 'pi_past' || n, 'pm_card_visa', 25000, 'EUR', 'captured'
       from generate_series(%(first)s::int, %(last)s::int) n""",
    """insert into simulated_processor.intents (id, reference, amount, currency, status, payment_method, capture_key)
       select 'pi_past' || n, 'bkg_past' || n, 25000, 'EUR', 'succeeded', 'pm_card_visa', 'capture'
       from generate_series(%(first)s::int, %(last)s::int) n""",
    """insert into payments.ledger_transactions (id, kind, booking_id, organization_id, event_id)
       select 'bkg_past' || n || ':' || kind, kind, 'bkg_past' || n, 'org_past', 'evt_past' || n / %(an_event)s
       from generate_series(%(first)s::int, %(last)s::int) n, unnest(array['sale', 'capture']) kind""",
    """insert into payments.ledger_entries (transaction_id, line, account, amount, currency)
       select 'bkg_past' || n || ':' || kind, line, account, amount, 'EUR'
       from generate_series(%(first)s::int, %(last)s::int) n,
            (values ('sale', 1, 'a', 25000), ('sale', 2, 'b', -24000), ('sale', 3, 'c', -1000),
                    ('capture', 1, 'd', 25000), ('capture', 2, 'a', -25000)) e (kind, line, account, amount)""",
)
_CHUNK = 100_000


def write_past_sales(socket_folder: Path, database: str, *, first: int, count: int) -> None:
    """Add `count` bookings, numbered from `first` on, and analyze the tables."""
    with psycopg.connect(host=str(socket_folder), dbname=database, user="postgres", autocommit=True) as conn:
        for at in range(first, first + count, _CHUNK):
            numbers = {"first": at, "last": min(at + _CHUNK, first + count) - 1, "an_event": BOOKINGS_AN_EVENT}
            for statement in _STATEMENTS:
                conn.execute(statement, numbers)
        conn.execute("vacuum analyze")
        conn.execute("checkpoint")
