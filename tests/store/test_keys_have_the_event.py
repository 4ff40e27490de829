"""Tables that grow with sales have the event in every unique key and foreign key.

These are the rules of Citus for tables that are divided among machines. The exceptions are named, with the reason. The
list may only become shorter.
"""

from collections.abc import Iterator

import psycopg

SCHEMAS = ("booking", "payments", "tickets", "waiting_room", "mail", "organizers", "public")

# The distribution column of each table that grows with sales. `queue_id`: of the event's queue.
GROWING = {
    **dict.fromkeys(
        (
            *("booking.tickets", "booking.bookings", "booking.booking_words", "booking.exchanges", "booking.resales"),
            *("booking.refund_decisions", "booking.overdue", "booking.notes", "booking.waiting_entries"),
            *("booking.address_corrections", "booking.live_bookings", "booking.ended_bookings"),
            "booking.buyer_corrections",
            *(
                "booking.failures",
                "organizers.agreements",
                "mail.outbox",
                "mail.addressees",
                "public.procrastinate_jobs",
            ),
            *(
                "payments.payments",
                "payments.cards",
                "payments.refunds",
                "payments.disputes",
                "payments.provider_events",
            ),
            *("payments.ledger_transactions", "payments.ledger_entries"),
            *("tickets.tickets", "tickets.scans", "tickets.transfers", "tickets.transfer_tickets"),
            *("public.procrastinate_jobs", "public.procrastinate_events"),
        ),
        "event_id",
    ),
    **dict.fromkeys(
        (
            *("waiting_room.entries", "waiting_room.blocks", "waiting_room.block_joins"),
            *("waiting_room.passes", "waiting_room.steps"),
        ),
        "queue_id",
    ),
}

# Tables that grow with events, organizers, machines or people: one machine has them, or each has a copy.
OTHER = frozenset(
    {
        *("booking.sales", "booking.hold_backs", "booking.hold_back_reasons", "booking.resale_terms"),
        *("booking.promo_batches", "booking.promo_codes", "booking.seat_changes", "booking.scheduled_seat_changes"),
        *("booking.waiting_draws", "booking.sweeps"),
        *(
            "payments.reconciliations",
            "payments.webhooks",
            "payments.payment_tests",
            "payments.capture_clock",
            "tickets.transfer_terms",
        ),
        *("waiting_room.queues", "waiting_room.intakes", "waiting_room.loads"),
        *("mail.blocked_addresses", "mail.messages", "mail.message_audiences", "mail.reminded_events", "mail.sessions"),
        *("mail.sign_in_links", "mail.unsubscribed", "mail.unsubscribed_messages"),
        *("organizers.api_keys", "organizers.audit_entries", "organizers.mail_identities", "organizers.memberships"),
        *("organizers.one_time_links", "organizers.organizations", "organizers.passkeys", "organizers.people"),
        *("organizers.provider_accounts", "organizers.recovery_codes", "organizers.sessions", "organizers.settings"),
        *("organizers.sign_in_attempts", "organizers.terms", "organizers.used_challenges"),
        *("public.admitone_migration", "public.admitone_secret_ring", "public.procrastinate_workers"),
        "public.procrastinate_periodic_defers",
    }
)

BY_BOOKING = "found by the booking's id alone, which does not say its event yet"
BY_PROCESSOR = "found by an id that the payment processor gave"
BY_TICKET = "found by the ticket's id, from which the event cannot be read"
JOBS = "the queue of jobs: each machine would have one of its own"
BY_PERSON = "counted by person or address over all events"

EXCEPTIONS = {
    "booking.address_corrections address_corrections_pkey": "found by the id in the link that is mailed",
    "booking.address_corrections address_corrections_open": BY_BOOKING,
    "booking.bookings bookings_pkey": BY_BOOKING,
    "booking.bookings bookings_idempotency_key_key": "the key of a request: the caller chooses it, whatever the event",
    "booking.bookings bookings_promo_id_fkey": "promo codes would be copied to each machine: a reference table",
    "booking.booking_words booking_words_pkey": BY_BOOKING,
    "booking.booking_words booking_words_booking_id_fkey": BY_BOOKING,
    "booking.exchanges exchanges_booking_id_fkey": BY_BOOKING,
    "booking.failures failures_pkey": BY_PERSON,
    "booking.notes notes_pkey": BY_BOOKING,
    "booking.notes notes_booking_id_fkey": BY_BOOKING,
    "booking.overdue overdue_pkey": BY_BOOKING,
    "booking.refund_decisions refund_decisions_pkey": BY_BOOKING,
    "booking.refund_decisions refund_decisions_booking_id_fkey": BY_BOOKING,
    "booking.resales resales_booking_id_fkey": BY_BOOKING,
    "booking.resales resales_claimed_by_fkey": BY_BOOKING,
    "booking.waiting_entries waiting_entries_booking_id_fkey": BY_BOOKING,
    "mail.addressees addressees_pkey": BY_PERSON,
    "mail.addressees addressees_mail_id_fkey": BY_PERSON,
    "mail.outbox outbox_pkey": BY_PERSON,
    "mail.outbox outbox_once": BY_PERSON,
    "organizers.agreements agreements_pkey": BY_BOOKING,
    "organizers.agreements agreements_terms_id_fkey": "terms would be copied to each machine: a reference table",
    "payments.cards cards_pkey": BY_BOOKING,
    "payments.disputes disputes_pkey": BY_PROCESSOR,
    "payments.disputes disputes_booking_id_attempt_fkey": BY_BOOKING,
    "payments.ledger_entries ledger_entries_pkey": BY_BOOKING,
    "payments.ledger_transactions ledger_transactions_pkey": BY_BOOKING,
    "payments.payments payments_pkey": BY_BOOKING,
    "payments.payments payments_provider_ref": BY_PROCESSOR,
    "payments.provider_events provider_events_pkey": BY_PROCESSOR,
    "payments.refunds refunds_pkey": BY_BOOKING,
    "payments.refunds refunds_provider_ref": BY_PROCESSOR,
    "payments.refunds refunds_booking_id_attempt_fkey": BY_BOOKING,
    "public.procrastinate_events procrastinate_events_pkey": JOBS,
    "public.procrastinate_events procrastinate_events_job_id_fkey": JOBS,
    "public.procrastinate_jobs procrastinate_jobs_pkey": JOBS,
    "public.procrastinate_jobs procrastinate_jobs_lock_idx_v1": JOBS,
    "public.procrastinate_jobs procrastinate_jobs_queueing_lock_idx_v1": JOBS,
    "public.procrastinate_jobs procrastinate_jobs_worker_id_fkey": JOBS,
    "tickets.tickets tickets_pkey": BY_TICKET,
    "tickets.transfer_tickets transfer_tickets_pkey": BY_TICKET,
    "tickets.transfer_tickets transfer_tickets_open": BY_TICKET,
    "tickets.transfer_tickets transfer_tickets_transfer_id_fkey": BY_TICKET,
    "tickets.transfers transfers_pkey": "found by the id in its holder's link, which does not say its event",
    "tickets.transfers transfers_code_hash_key": "found by the code in the offer's link",
}
EXCEPTIONS_MAX = 46
"""Only ever reduce this."""

TABLES = """
select n.nspname || '.' || c.relname
  from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where c.relkind in ('r', 'p') and n.nspname = any(%s)
"""

# Each unique index (with the columns of its key), and each foreign key (with the columns that refer).
KEYS = """
select n.nspname || '.' || c.relname, i.relname,
       array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum = any(x.indkey))
  from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
  join pg_namespace n on n.oid = c.relnamespace
 where x.indisunique and n.nspname = any(%(schemas)s)
union all
select n.nspname || '.' || c.relname, k.conname,
       array(select a.attname::text from pg_attribute a where a.attrelid = c.oid and a.attnum = any(k.conkey))
  from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace n on n.oid = c.relnamespace
 where k.contype = 'f' and n.nspname = any(%(schemas)s)
"""


def test_every_table_is_known_to_grow_with_sales_or_not(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        tables = {name for (name,) in conn.execute(TABLES, [list(SCHEMAS)])}

    assert tables == GROWING.keys() | OTHER


def test_keys_of_tables_that_grow_with_sales_have_the_event(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        lacking = set(_lacking(conn))

    assert lacking == EXCEPTIONS.keys()
    assert len(EXCEPTIONS) == EXCEPTIONS_MAX


def test_a_key_without_the_event_is_found(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        conn.execute("create unique index one_a_device on tickets.scans (device)")
        found = set(_lacking(conn)) - EXCEPTIONS.keys()
        conn.rollback()

    assert found == {"tickets.scans one_a_device"}


def _lacking(conn: psycopg.Connection) -> Iterator[str]:
    for table, key, columns in conn.execute(KEYS, {"schemas": list(SCHEMAS)}):
        if table in GROWING and GROWING[table] not in columns:
            yield f"{table} {key}"
