"""What the outbox says of a person is erased with the person, within the subjects that an organization owns."""

from admitone.booking.contracts.personal_data import MailScope
from admitone.kit.keys import derive_ring
from admitone.mail.usecases.personal_data import erase_mails, find_mails
from tests.store.mail.mail_env import MailEnv

KEYS = derive_ring(["a secret"], "mail")
ROWS = """
insert into mail.outbox (id, kind, subject_id, booking_id, recipient, facts, state, send_before, ended_at, error)
values ('mai_1', 'ticket_return', 'bkg_1-1f', null, 'Ada@example.org', '{}', 'queued', now(), null, null),
       ('mai_2', 'booking_confirmed', 'bkg_1', 'bkg_1', null, null, 'failed', now(), now(), '550 <ada@example.org>'),
       ('mai_3', 'waiting_list', 'wte_2', null, 'ada@example.org', '{}', 'queued', now(), null, null),
       ('mai_4', 'sign_in', 'sgn_1', null, 'ada@example.org', null, 'queued', now(), null, null),
       ('mai_5', 'reminder', 'bkg_3', 'bkg_3', null, null, 'sent', now(), now(), null);
insert into mail.sessions (token_hash, address, expires_at)
values (decode(repeat('ab', 32), 'hex'), 'ada@example.org', now() + interval '1 day');
insert into mail.sign_in_links (id, address, address_key, expires_at) values ('sgn_1', 'ADA@example.org', 'k', now());
"""


def scope(*, is_everywhere: bool) -> MailScope:
    return MailScope("ada@example.org", ("bkg_1",), ("bkg_1",), is_everywhere)


async def test_an_organization_erases_mails_about_its_own_subjects(mail_env: MailEnv) -> None:
    await mail_env.run(ROWS)
    found = await find_mails(mail_env.pool, KEYS, scope(is_everywhere=False))
    erased = await erase_mails(mail_env.pool, KEYS, scope(is_everywhere=False))
    rows = await mail_env.rows("select id, state, recipient, error from mail.outbox order by id")

    assert [row["id"] for row in found["mails"]] == ["mai_1", "mai_2"]
    assert erased == {"mail.outbox": 2}
    assert [tuple(row.values()) for row in rows] == [
        ("mai_1", "skipped", None, "erased"),
        ("mai_2", "failed", None, "erased"),
        ("mai_3", "queued", "ada@example.org", None),
        ("mai_4", "queued", "ada@example.org", None),
        ("mai_5", "sent", None, None),
    ]
    assert len(await mail_env.rows("select from mail.sessions")) == 1


async def test_the_operator_erases_every_mail_and_ends_sessions_once(mail_env: MailEnv) -> None:
    await mail_env.run(ROWS)
    first = await erase_mails(mail_env.pool, KEYS, scope(is_everywhere=True))
    second = await erase_mails(mail_env.pool, KEYS, scope(is_everywhere=True))
    left = await find_mails(mail_env.pool, KEYS, MailScope("ada@example.org", (), (), True))

    assert first == {"mail.outbox": 4, "mail.sign_in_links": 1, "mail.sessions": 1, "mail.unsubscribed": 0}
    assert set(second.values()) == {0}
    assert left == {"mails": [], "sign_in_links": 0, "sessions": 0, "is_unsubscribed": False}
