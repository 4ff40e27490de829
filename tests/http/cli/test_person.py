"""`admitone person export` and `erase` on the run's real servers."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from admitone.cli.main import main

ADA, GRACE = "Ada@Example.org", "grace@example.org"

# What may name a person, by the name of its column.
_PERSONAL = re.compile(r"mail|address|name|holder|buyer|recipient|friend|person|phone|client|block|contact|guest|payer")
# Columns that both commands cover. A new one belongs into `personal_data.sql` of its slice, and into ROWS below.
COVERED = {
    "booking.bookings": {"buyer_key", "buyer_email", "buyer_name"},
    "booking.waiting_entries": {"buyer_key", "buyer_email", "buyer_name"},
    "mail.outbox": {"recipient"},
    "mail.sign_in_links": {"address", "address_key", "block_key"},
    "mail.sessions": {"address"},
    "mail.unsubscribed": {"address_key"},
    "payments.payments": {"buyer_email"},
    "tickets.tickets": {"holder_name"},
    "tickets.transfers": {"friend", "friend_email", "holder_name", "holder_email"},
}
# Columns that say nothing of a buyer: keyed hashes of clients, numbers, switches, names of things.
UNCONCERNED = {
    "booking.bookings": {"client_key", "block_key"},
    "booking.sales": {"buyers_erased_at"},
    "booking.waiting_entries": {"client_key", "block_key"},
    "mail.messages": {"recipients"},
    "tickets.transfer_terms": {"shows_names"},
    "waiting_room.queues": {"beacon_name"},
    "waiting_room.block_joins": {"block"},
}
# A test below walks all tables for text that quotes others, as the error of a mail server does.
# Schemas of the organizers' staff, of the catalogue, and of the simulated processor and the job queue.
OTHER_SCHEMAS = ("organizers", "catalogue", "simulated_processor", "public", "pg_catalog", "information_schema")

ROWS = """
insert into booking.sales (event_id, organization_id, revision, open, terms)
values ('evt_past', 'org_1', 1, true, '{"starts_at": "2020-01-01T19:00:00Z"}'),
       ('evt_next', 'org_1', 1, true, '{"starts_at": "2190-01-01T19:00:00Z"}');
insert into organizers.organizations (id, name, created_at) values ('org_1', 'Opera', now());
insert into booking.bookings (id, event_id, organization_id, status, indexes, tickets, subtotal, fees, currency,
                              buyer_key, buyer_email, buyer_name, expires_at, confirmed_at)
select id, event_id, 'org_1', status, '{1}', '[]', 5000, 500, 'EUR', key, email, name, now() + interval '1 hour',
       case when status = 'confirmed' then now() end
  from (values ('bkg_past', 'evt_past', 'confirmed', 'ada@example.org', 'ada@example.org', 'Ada Lovelace'),
               ('bkg_grace', 'evt_past', 'confirmed', 'grace@example.org', 'grace@example.org', 'Grace Hopper'))
       as r(id, event_id, status, key, email, name);
insert into booking.notes (id, booking_id, text, written_by, written_by_name)
values ('not_1', 'bkg_past', 'Ada Lovelace brings a guide dog.', 'per_1', 'Staff');
insert into booking.booking_words values ('bkg_past', 'evt_past', '\\x00', 'ada lovelace');
insert into booking.waiting_entries (id, event_id, buyer_key, buyer_email, buyer_name, quantity, together)
values ('wte_1', 'evt_next', 'ada@example.org', 'ADA@example.org', 'Ada Lovelace', 2, true);
insert into payments.payments (booking_id, attempt, provider, provider_ref, amount, currency, status, buyer_email)
values ('bkg_past', 1, 'simulated', 'pi_1', 5500, 'EUR', 'captured', 'ada@example.org');
insert into tickets.transfers (id, event_id, booking_id, giver_id, code_hash, friend, friend_email, state, expires_at,
                               ended_at, holder_name, holder_email)
values ('trf_1', 'evt_past', 'bkg_grace', 'bkg_grace', '\\x01', 'Ada L.', 'ada@example.org', 'accepted', now(), now(),
        'Ada Lovelace', 'ada@example.org'),
       ('trf_2', 'evt_past', 'bkg_past', 'bkg_past', '\\x02', 'Grace H.', 'grace@example.org', 'accepted', now(), now(),
        'Grace Hopper', 'grace@example.org');
insert into tickets.transfer_tickets (transfer_id, ticket_id, index, version, is_open)
values ('trf_1', 'tkt_1', 1, 1, false), ('trf_2', 'tkt_2', 2, 1, false);
insert into tickets.tickets (ticket_id, event_id, index, version, holder_name, booking_id)
values ('tkt_1', 'evt_past', 1, 2, 'Ada Lovelace', 'bkg_grace'),
       ('tkt_2', 'evt_past', 2, 2, 'Grace Hopper', 'bkg_past');
insert into mail.outbox (id, kind, subject_id, booking_id, recipient, facts, state, send_before, ended_at)
values ('mai_1', 'ticket_transfer', 'trf_1', null, 'ada@example.org', '{"code": "verysecret"}', 'queued', now(), null),
       ('mai_2', 'ticket_transfer', 'trf_2', null, 'grace@example.org', '{"from": "Ada Lovelace"}', 'failed', now(),
        now()),
       ('mai_3', 'refund', 'ref_1', 'bkg_past', null, '{"to": "Ada Lovelace"}', 'failed', now(), now());
insert into mail.outbox (id, kind, subject_id, version, booking_id, recipient, facts, state, send_before, ended_at,
                         error)
values ('mai_4', 'booking_confirmed', 'bkg_past', 0, 'bkg_past', null, null, 'failed', now(), now(),
        'MailRejected: 550 <ada@example.org>: no such mailbox'),
       ('mai_5', 'booking_confirmed', 'bkg_past', 1, 'bkg_past', null, null, 'queued', now(), null,
        'MailDeferred: 450 <ada@example.org>: try again'),
       ('mai_6', 'ticket_return', 'bkg_past-1f', 0, null, 'ada@example.org', '{"for": "Ada"}', 'queued', now(), null,
        null);
insert into mail.sign_in_links (id, address, address_key, expires_at) values ('sgn_1', 'ada@example.org', 'k', now());
insert into mail.sessions (token_hash, address, expires_at)
values (decode(repeat('ab', 32), 'hex'), 'ada@example.org', now() + interval '1 day');
"""


@pytest.fixture
def conn(
    monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str, tmp_path: Path
) -> Iterator[psycopg.Connection]:
    settings = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "k" * 32,
        "DATA_DIR": str(tmp_path),
        "PAYMENTS": "simulated",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"ADMITONE_{name}", value)
    with psycopg.connect(database_url, autocommit=True) as conn:
        conn.execute(ROWS)
        yield conn


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["person", *arguments])


def text_of(conn: psycopg.Connection) -> str:
    """Return every row of every table of the database, in lower case."""
    tables = conn.execute(
        "select format('%I.%I', table_schema, table_name) from information_schema.tables"
        " where table_type = 'BASE TABLE' and table_schema not in ('pg_catalog', 'information_schema')"
    ).fetchall()
    rows = [str(conn.execute(f"select t::text from {table} t").fetchall()) for (table,) in tables]
    return "\n".join(rows).lower()


def test_an_export_has_what_every_slice_stores_and_no_secret(conn: psycopg.Connection, tmp_path: Path) -> None:
    path = tmp_path / "ada.json"
    assert run("export", "--email", ADA, "--out", str(path)).exit_code == 0
    text = path.read_text("utf-8")
    document = json.loads(text)

    assert path.stat().st_mode & 0o077 == 0
    assert [row["id"] for row in document["bookings"]] == ["bkg_past"]
    assert [row["id"] for row in document["waiting_list_entries"]] == ["wte_1"]
    assert [row["id"] for row in document["transfers"]] == ["trf_1", "trf_2"]
    assert [row["ticket_id"] for row in document["tickets"]] == ["tkt_1", "tkt_2"]
    assert [row["booking_id"] for row in document["payments"]] == ["bkg_past"]
    assert [row["id"] for row in document["mails"]] == ["mai_1", "mai_3", "mai_4", "mai_5", "mai_6"]
    assert (document["sign_in_links"], document["sessions"]) == (1, 1)
    exported = {
        "booking.bookings": document["bookings"],
        "booking.waiting_entries": document["waiting_list_entries"],
        "mail.outbox": document["mails"],
        "payments.payments": document["payments"],
        "tickets.tickets": document["tickets"],
        "tickets.transfers": document["transfers"],
    }
    for table, rows in exported.items():
        assert {column for column in COVERED[table] if not column.endswith("_key")} <= rows[0].keys()
    assert "verysecret" not in text
    assert "hash" not in text
    assert "exists" in run("export", "--email", ADA, "--out", str(path)).output


def test_an_erasure_leaves_the_books_and_no_name(conn: psycopg.Connection) -> None:
    first = run("erase", "--email", ADA, "--yes")
    after = text_of(conn)
    second = run("erase", "--email", ADA, "--yes")

    assert first.exit_code == second.exit_code == 0, first.output + second.output
    assert "booking.bookings: 1 rows" in first.output
    assert second.output == f"Nothing is stored of {ADA}.\n"
    assert re.findall(r"\bada\b|lovelace", after) == []
    assert "grace hopper" in after
    assert conn.execute("select id, subtotal, fees, status from booking.bookings order by id").fetchall() == [
        ("bkg_grace", 5000, 500, "confirmed"),
        ("bkg_past", 5000, 500, "confirmed"),
    ]
    assert conn.execute("select amount, status from payments.payments").fetchall() == [(5500, "captured")]
    assert conn.execute("select state from booking.waiting_entries").fetchone() == ("left",)
    assert conn.execute("select state from mail.outbox where id = 'mai_1'").fetchone() == ("skipped",)
    assert conn.execute("select version, holder_name from tickets.tickets order by index").fetchone() == (2, "erased")


@pytest.mark.parametrize("booking_id", ["bkg_past", "bkg_grace"])
def test_a_show_to_come_needs_an_option(conn: psycopg.Connection, booking_id: str) -> None:
    conn.execute("update booking.bookings set event_id = 'evt_next' where id = %s", [booking_id])
    before = text_of(conn)
    refused = run("erase", "--email", ADA, "--yes")

    assert refused.exit_code == 1
    assert f"{booking_id} is for a show on 2190-01-01 19:00 UTC" in refused.output
    assert text_of(conn) == before
    assert run("erase", "--email", ADA, "--yes", "--also-upcoming").exit_code == 0
    assert "lovelace" not in text_of(conn)


def test_a_booking_that_is_being_paid_is_refused_always(conn: psycopg.Connection) -> None:
    conn.execute("update booking.bookings set status = 'paying', confirmed_at = null where id = 'bkg_past'")
    refused = run("erase", "--email", ADA, "--yes", "--also-upcoming")

    assert refused.exit_code == 1
    assert "bkg_past is held or being paid" in refused.output
    assert "lovelace" in text_of(conn)


def test_an_address_that_an_organizer_corrected_is_found_and_the_old_one_too(conn: psycopg.Connection) -> None:
    conn.execute(
        "update booking.bookings set buyer_email = 'adah@b.example', is_corrected = true where id = 'bkg_past'"
    )
    old = run("erase", "--email", ADA, "--yes")
    between = conn.execute("select buyer_key, buyer_email from booking.bookings where id = 'bkg_past'").fetchone()
    new = run("erase", "--email", "ADAH@b.example", "--yes")

    assert (old.exit_code, new.exit_code) == (0, 0), old.output + new.output
    assert between == ("adah@b.example", "adah@b.example")
    assert re.findall(r"\badah?\b|lovelace", text_of(conn)) == []


def test_the_audit_trail_says_who_and_when_and_has_no_address(conn: psycopg.Connection) -> None:
    run("export", "--email", ADA)
    erased = run("erase", "--email", ADA, "--yes")
    entries = conn.execute(
        "select actor_kind, action, subject, organization_id from organizers.audit_entries order by id"
    ).fetchall()
    reference = entries[0][2]

    assert entries == [
        ("command", "exportPerson", reference, "org_1"),
        ("command", "erasePerson", reference, "org_1"),
    ]
    assert reference.startswith("people/")
    assert f"In the audit trail: {reference}" in erased.output


def test_text_that_is_no_address_is_refused(conn: psycopg.Connection) -> None:
    for arguments in (["export", "--email", "ada"], ["erase", "--email", "ada", "--yes"]):
        result = run(*arguments)
        assert (result.exit_code, "Enter an email address" in result.output) == (1, True)


def test_every_column_that_may_name_a_person_is_covered(conn: psycopg.Connection) -> None:
    columns = conn.execute(
        "select table_schema || '.' || table_name, column_name from information_schema.columns"
        " where table_schema <> all(%s)",
        [list(OTHER_SCHEMAS)],
    ).fetchall()
    found = {(table, column) for table, column in columns if _PERSONAL.search(column)}
    listed = {(table, column) for known in (COVERED, UNCONCERNED) for table in known for column in known[table]}

    assert sorted(found - listed) == [], "export and erase these, or list them as no person's data"
    assert sorted(listed - found) == [], "these are gone from the schema"
