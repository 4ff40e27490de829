"""A worker crashes between the mail server's yes and its own commit: the mail is sent once more, under the same id."""

import asyncio
import copy

from admitone.kit.crash_points import EXIT_CODE
from admitone.mail.contracts import MailKind, MailOrder, Notice
from admitone.mail.usecases.put_mail import put_mail
from tests.mail_server import run_mail_server
from tests.races.environment import Env, until

NOTICE = Notice("Hello", "Hello", ("You are invited.",))


async def test_a_mail_whose_sender_crashed_is_sent_at_most_once_more(env: Env) -> None:
    async with run_mail_server() as server:
        mailing = copy.copy(env)
        mailing._environment = {
            **env._environment,
            "ADMITONE_MAIL_URL": f"smtp://127.0.0.1:{server.port}?tls=none",
            "ADMITONE_MAIL_FROM": "tickets@venue.example",
        }
        async with env.pool.connection() as conn:
            order = MailOrder(MailKind.STAFF_INVITATION, "inv_1", recipient="bob@example.org", notice=NOTICE)
            await put_mail(conn, [order])
        codes = []
        for _ in range(2):
            with mailing.process("worker", crash_at="mail.accepted") as worker:
                codes.append(await asyncio.to_thread(worker.wait))
            mailing.run("update mail.outbox set send_after = clock_timestamp()")
        with mailing.process("worker"):
            await until(lambda: mailing.rows("select state from mail.outbox") == [{"state": "failed"}], env, {})

        assert codes == [EXIT_CODE, EXIT_CODE]
        assert len(server.messages) == 2
        assert len(set(server.message_ids)) == 1
