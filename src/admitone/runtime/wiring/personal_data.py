"""A person's data: booking asks tickets, payments and mail for what they store, and has them erase it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

from admitone.booking.usecases.personal_data_deps import PersonalDataDeps
from admitone.kit.jobs import Defer
from admitone.kit.keys import derive_ring
from admitone.kit.postgres import Pool
from admitone.mail.usecases import personal_data as mail
from admitone.organizers.usecases.terms import list_agreements
from admitone.payments.usecases import personal_data as payments
from admitone.tickets.usecases import personal_data as tickets


def wire_personal_data(
    pool: Pool, defer: Defer, now: Callable[[], datetime], secret_keys: Sequence[str], keep_days: int | None
) -> PersonalDataDeps:
    mail_keys = derive_ring(secret_keys, "mail")
    return PersonalDataDeps(
        pool=pool,
        defer=defer,
        now=now,
        keys=derive_ring(secret_keys, "personal data"),
        keep_days=keep_days,
        list_open_money=partial(payments.list_open_money, pool),
        find_payers=partial(payments.find_payers, pool),
        erase_payers=partial(payments.erase_payers, pool),
        erase_booking_payers=partial(payments.erase_booking_payers, pool),
        find_transfers=partial(tickets.find_transfers, pool),
        erase_transfers=partial(tickets.erase_transfers, pool),
        erase_booking_transfers=partial(tickets.erase_booking_transfers, pool),
        list_agreements=partial(list_agreements, pool),
        find_mails=partial(mail.find_mails, pool, mail_keys),
        erase_mails=partial(mail.erase_mails, pool, mail_keys),
    )
