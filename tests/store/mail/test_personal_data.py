"""What the outbox says of a person is erased with the person, within the subjects that an organization owns."""

from admitone.booking.contracts.personal_data import MailScope
from admitone.kit.keys import derive_ring
from admitone.mail.store.unsubscribed import address_keys
from admitone.mail.usecases.administer_mails import forget_mails
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

KEY = address_keys(KEYS, "ada@example.org")[0]
OF_ADDRESS = f"""
insert into mail.addressees (mail_id, address_key) values ('mai_2', '{KEY}'), ('mai_5', '{KEY}');
insert into mail.blocked_addresses (address_key, reason, detail, mail_id)
values ('{KEY}', 'complaint', '550 <ada@example.org>', 'mai_2');
insert into mail.unsubscribed (address_key) values ('{KEY}');
insert into mail.unsubscribed_messages (address_key, organization_id) values ('{KEY}', 'org_1'), ('{KEY}', 'org_2');
"""


def scope(*, is_everywhere: bool) -> MailScope:
    return MailScope("ada@example.org", ("bkg_1",), ("bkg_1",), is_everywhere)


async def test_an_organization_erases_mails_about_its_own_subjects(mail_env: MailEnv) -> None:
    await mail_env.run(ROWS + OF_ADDRESS)
    found = await find_mails(mail_env.pool, KEYS, scope(is_everywhere=False))
    erased = await erase_mails(mail_env.pool, KEYS, scope(is_everywhere=False))
    rows = await mail_env.rows("select id, state, recipient, error from mail.outbox order by created_at")

    assert [row["id"] for row in found["mails"]] == ["mai_1", "mai_2"]
    assert erased == {"mail.outbox": 2, "mail.addressees": 1, "mail.blocked_addresses": 1}
    assert [tuple(row.values()) for row in rows] == [
        ("mai_1", "skipped", None, "erased"),
        ("mai_2", "failed", None, "erased"),
        ("mai_3", "queued", "ada@example.org", None),
        ("mai_4", "queued", "ada@example.org", None),
        ("mai_5", "sent", None, None),
    ]
    assert len(await mail_env.rows("select from mail.sessions")) == 1
    # What the person objected to holds for every organization.
    assert len(await mail_env.rows("select from mail.unsubscribed_messages")) == 2
    assert await mail_env.rows("select reason, detail from mail.blocked_addresses") == [
        {"reason": "complaint", "detail": ""}
    ]
    assert await mail_env.rows("select mail_id from mail.addressees") == [{"mail_id": "mai_5"}]


async def test_an_organization_with_nothing_of_a_person_changes_no_block(mail_env: MailEnv) -> None:
    await mail_env.run(ROWS + OF_ADDRESS)
    erased = await erase_mails(mail_env.pool, KEYS, MailScope("ada@example.org", (), (), is_everywhere=False))

    assert set(erased.values()) == {0}
    assert await mail_env.rows("select detail from mail.blocked_addresses") == [{"detail": "550 <ada@example.org>"}]


async def test_words_of_a_server_are_erased_with_the_mail_and_the_block_stays(mail_env: MailEnv) -> None:
    await mail_env.run(ROWS + OF_ADDRESS)
    await mail_env.run("update mail.blocked_addresses set blocked_at = now() - interval '31 days'")
    await forget_mails(mail_env.deps)

    assert await mail_env.rows("select reason, detail from mail.blocked_addresses") == [
        {"reason": "complaint", "detail": ""}
    ]


async def test_the_operator_erases_every_mail_and_ends_sessions_once(mail_env: MailEnv) -> None:
    await mail_env.run(ROWS + OF_ADDRESS)
    first = await erase_mails(mail_env.pool, KEYS, scope(is_everywhere=True))
    second = await erase_mails(mail_env.pool, KEYS, scope(is_everywhere=True))
    left = await find_mails(mail_env.pool, KEYS, MailScope("ada@example.org", (), (), True))

    assert first == {
        "mail.outbox": 4,
        "mail.addressees": 2,
        "mail.sign_in_links": 1,
        "mail.sessions": 1,
        "mail.unsubscribed": 1,
        "mail.unsubscribed_messages": 2,
        "mail.blocked_addresses": 1,
    }
    assert set(second.values()) == {0}
    assert not any(left.values())
