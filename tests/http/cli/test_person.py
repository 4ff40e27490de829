"""`admitone person export` and `erase` on the run's real servers."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from click.testing import CliRunner, Result

from admitone.cli.main import main
from tests.http.cli.person_rows import ADA_KEY, GRACE_KEY, SECRET_KEY, put_rows

ADA, GRACE = "Ada@Example.org", "grace@example.org"

# What may name a person, by the name of its column.
_PERSONAL = re.compile(
    r"mail|address|name|holder|buyer|recipient|friend|person|phone|client|block|contact|guest|payer|^held_|last4"
)
# Columns that both commands cover. A new one belongs into `personal_data.sql` of its slice, and into person_rows.py.
COVERED = {
    "booking.address_corrections": {"new_email"},
    "booking.bookings": {"buyer_key", "buyer_email", "buyer_name"},
    "booking.promo_codes": {"recipient_email", "recipient_key"},
    "booking.waiting_entries": {"buyer_key", "buyer_email", "buyer_name"},
    "mail.outbox": {"recipient"},
    "mail.addressees": {"address_key"},
    "mail.blocked_addresses": {"address_key"},
    "mail.sign_in_links": {"address", "address_key", "block_key"},
    "mail.sessions": {"address"},
    "mail.unsubscribed": {"address_key"},
    "mail.unsubscribed_messages": {"address_key"},
    "payments.cards": {"last4"},
    "payments.payments": {"buyer_email"},
    "tickets.tickets": {"holder_name"},
    "tickets.transfers": {"friend", "friend_email", "holder_name", "holder_email"},
}
# Columns that say nothing of a buyer: keyed hashes of clients, numbers, switches, names of things.
UNCONCERNED = {
    "booking.address_corrections": {"block_key"},
    "booking.bookings": {"client_key", "block_key"},
    "booking.buyer_corrections": {"made_by_name"},  # staff; what was corrected is named by its kind alone
    "booking.exchanges": {"made_by_name"},  # staff
    "booking.hold_backs": {"held_for", "held_by", "held_by_name", "held_at"},  # staff; `held_for` is erased by age
    "booking.notes": {"written_by_name"},  # staff
    "booking.promo_codes": {"mailed_at"},
    "booking.sales": {"buyers_erased_at"},
    "booking.scheduled_seat_changes": {"scheduled_by_name", "ended_by_name"},  # staff
    "booking.seat_changes": {"made_by_name", "undone_by_name"},  # staff
    "booking.waiting_entries": {"client_key", "block_key"},
    "mail.addressees": {"mail_id"},
    "mail.blocked_addresses": {"mail_id", "blocked_at"},
    "mail.messages": {"recipients"},
    "tickets.transfer_terms": {"shows_names", "asks_names"},
    "waiting_room.queues": {"beacon_name"},
    "waiting_room.block_joins": {"block"},
}
# A test below walks all tables for text that quotes others, as the error of a mail server does.
# Schemas of the organizers' staff, of the catalogue, and of the simulated processor and the job queue.
OTHER_SCHEMAS = ("organizers", "catalogue", "simulated_processor", "public", "pg_catalog", "information_schema")


@pytest.fixture
def conn(
    monkeypatch: pytest.MonkeyPatch, database_url: str, redis_url: str, tmp_path: Path
) -> Iterator[psycopg.Connection]:
    settings = {
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": SECRET_KEY,
        "DATA_DIR": str(tmp_path),
        "PAYMENTS": "simulated",
    }
    for name, value in settings.items():
        monkeypatch.setenv(f"ADMITONE_{name}", value)
    with psycopg.connect(database_url, autocommit=True) as conn:
        put_rows(conn)
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
    assert [(row["booking_id"], row["number"]) for row in document["agreements"]] == [("bkg_past", 1)]
    assert [(row["id"], row["code"]) for row in document["promo_codes"]] == [("prm_1", "CLUB-1")]
    assert [row["id"] for row in document["transfers"]] == ["trf_1", "trf_2"]
    assert [row["ticket_id"] for row in document["tickets"]] == ["tkt_1", "tkt_2", "tkt_3"]
    assert [(row["booking_id"], row["card_last4"]) for row in document["payments"]] == [("bkg_past", "4242")]
    assert [row["id"] for row in document["mails"]] == ["mai_1", "mai_3", "mai_4", "mai_5", "mai_6"]
    assert (document["sign_in_links"], document["sessions"], document["sent_mails"]) == (1, 1, 1)
    assert (document["is_unsubscribed"], document["unsubscribed_messages"]) == (True, ["org_1"])
    assert document["blocked"]["reason"] == "complaint"
    assert [row["made_by"] for row in document["bookings"][0]["refund_decisions"]] == ["buyer"]
    [corrected] = document["bookings"][0]["buyer_corrections"]
    assert (corrected["changed"], corrected.keys()) == ("name", {"changed", "made_at"})
    assert [(row["id"], row["state"]) for row in document["bookings"][0]["resales"]] == [("rsl_1", "offered")]
    assert [(row["drawn_entry"], row["drawn_rank"]) for row in document["waiting_list_entries"]] == [(1, 0)]
    exported = {
        "booking.bookings": document["bookings"],
        "booking.promo_codes": document["promo_codes"],
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
    assert re.findall(rf"\bada\b|lovelace|{ADA_KEY}", after) == []
    assert "grace hopper" in after
    assert conn.execute("select id, subtotal, fees, status from booking.bookings order by id").fetchall() == [
        ("bkg_grace", 5000, 500, "confirmed"),
        ("bkg_past", 5000, 500, "confirmed"),
    ]
    assert conn.execute("select booking_id, changed from booking.buyer_corrections").fetchall() == [
        ("bkg_past", "name")
    ]
    assert conn.execute("select amount, status from payments.payments").fetchall() == [(5500, "captured")]
    assert conn.execute("select from payments.cards").fetchall() == []
    assert conn.execute("select state from booking.waiting_entries order by id").fetchall() == [("left",), ("waiting",)]
    assert conn.execute("select address_key from mail.blocked_addresses").fetchall() == [(GRACE_KEY,)]
    assert conn.execute("select state from mail.outbox where id = 'mai_1'").fetchone() == ("skipped",)
    assert conn.execute("select version, holder_name from tickets.tickets order by index").fetchall() == [
        (2, "erased"),
        (2, "Grace Hopper"),
        (1, "erased"),
    ]


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
    found = run("export", "--email", "ADAH@b.example")
    old = run("erase", "--email", ADA, "--yes")
    between = conn.execute("select buyer_key, buyer_email from booking.bookings where id = 'bkg_past'").fetchone()
    new = run("erase", "--email", "ADAH@b.example", "--yes")

    assert (old.exit_code, new.exit_code) == (0, 0), old.output + new.output
    assert "bkg_past" in found.output
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


def test_every_covered_table_has_rows_of_the_person(conn: psycopg.Connection) -> None:
    for table in COVERED:
        rows = str(conn.execute(f"select t::text from {table} t").fetchall()).lower()
        assert re.search(rf"\bada\b|{ADA_KEY}|,4242\)", rows), (
            f"put a row of the person into {table}: the tests above need it"
        )


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
