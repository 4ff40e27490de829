"""Sign in on a real database: a link works once, in time, for who has its code; limits count addresses and clients."""

import asyncio

import pytest

from admitone.mail.domain.refusals import SignInLinkInvalid, TooManySignIns
from admitone.mail.usecases.administer_mails import forget_mails
from admitone.mail.usecases.composing.links import sign_in_code
from admitone.mail.usecases.sign_in import (
    LINKS_OF_ADDRESS_MAX,
    LINKS_OF_BLOCK_MAX,
    read_session,
    request_sign_in,
    sign_in,
    sign_out,
    sign_out_everywhere,
)
from tests.store.mail.mail_env import MailEnv

ADA = "ada@example.org"


async def a_code(mail_env: MailEnv, address: str = ADA) -> str:
    await request_sign_in(mail_env.deps, address=address, block=None)
    rows = await mail_env.rows("select id from mail.sign_in_links order by created_at desc limit 1")
    return sign_in_code(mail_env.deps, rows[0]["id"])


async def test_the_mail_has_the_link_and_the_link_opens_a_session(mail_env: MailEnv) -> None:
    await request_sign_in(mail_env.deps, address=ADA, block=None)
    await mail_env.send()
    (message,) = mail_env.server.messages
    part = message.get_body(("plain",))
    assert part is not None
    code = str(part.get_content()).partition("/my/sign-in?c=")[2].split()[0]
    token = await sign_in(mail_env.deps, code=code)

    assert await read_session(mail_env.deps, token=token) == ADA
    await sign_out(mail_env.deps, token=token)
    assert await read_session(mail_env.deps, token=token) is None


async def test_an_address_without_bookings_gets_no_mail(mail_env: MailEnv) -> None:
    await request_sign_in(mail_env.deps, address="nobody@example.org", block=None)
    await mail_env.send()

    assert (mail_env.server.messages, await mail_env.states()) == ([], ["skipped"])


async def test_a_link_opens_one_session_whoever_is_faster(mail_env: MailEnv) -> None:
    code = await a_code(mail_env)
    outcomes = await asyncio.gather(*(sign_in(mail_env.deps, code=code) for _ in range(5)), return_exceptions=True)

    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
    assert sum(isinstance(outcome, SignInLinkInvalid) for outcome in outcomes) == 4


async def test_a_link_that_is_late_forged_or_of_another_id_opens_nothing(mail_env: MailEnv) -> None:
    late = await a_code(mail_env)
    await mail_env.run("update mail.sign_in_links set expires_at = clock_timestamp()")
    good = await a_code(mail_env)
    other = f"{late.partition('.')[0]}.{good.partition('.')[2]}"

    for code in (late, other, good[:-1], "", ".", "é.é", "x" * 5000):
        with pytest.raises(SignInLinkInvalid):
            await sign_in(mail_env.deps, code=code)
    assert await sign_in(mail_env.deps, code=good)


async def test_no_row_has_a_code_or_a_token(mail_env: MailEnv) -> None:
    code = await a_code(mail_env)
    token = await sign_in(mail_env.deps, code=code)
    rows = str(
        [await mail_env.rows(f"select * from mail.{table}") for table in ("outbox", "sign_in_links", "sessions")]
    )

    assert code.partition(".")[2] not in rows
    assert token not in rows


async def test_an_address_gets_few_links_and_nobody_is_told(mail_env: MailEnv) -> None:
    for _ in range(LINKS_OF_ADDRESS_MAX + 2):
        await request_sign_in(mail_env.deps, address=ADA, block="203.0.113.7/32")
    await request_sign_in(mail_env.deps, address="Ada@Example.org", block=None)

    assert len(await mail_env.states()) == LINKS_OF_ADDRESS_MAX


async def test_a_client_that_asks_for_many_addresses_is_refused(mail_env: MailEnv) -> None:
    for number in range(LINKS_OF_BLOCK_MAX):
        await request_sign_in(mail_env.deps, address=f"a{number}@example.org", block="203.0.113.7/32")
    with pytest.raises(TooManySignIns):
        await request_sign_in(mail_env.deps, address=ADA, block="203.0.113.7/32")
    await request_sign_in(mail_env.deps, address=ADA, block="203.0.113.8/32")

    assert len(await mail_env.states()) == LINKS_OF_BLOCK_MAX + 1


async def test_an_address_is_signed_out_on_all_devices(mail_env: MailEnv) -> None:
    tokens = [await sign_in(mail_env.deps, code=await a_code(mail_env)) for _ in range(2)]
    unused = await a_code(mail_env)

    assert await sign_out_everywhere(mail_env.deps, address="ADA@example.org") == 2
    assert [await read_session(mail_env.deps, token=token) for token in tokens] == [None, None]
    with pytest.raises(SignInLinkInvalid):
        await sign_in(mail_env.deps, code=unused)


async def test_links_of_yesterday_and_sessions_that_ended_are_deleted(mail_env: MailEnv) -> None:
    await sign_in(mail_env.deps, code=await a_code(mail_env))
    await mail_env.run("update mail.sign_in_links set created_at = clock_timestamp() - interval '2 days'")
    await mail_env.run("update mail.sessions set expires_at = clock_timestamp()")
    await forget_mails(mail_env.deps)

    assert await mail_env.rows("select 1 from mail.sign_in_links union all select 1 from mail.sessions") == []
