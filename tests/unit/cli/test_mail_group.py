"""The arguments of `admitone mail resend`: mails by id, or the mails of a booking by kind."""

import pytest
from click.testing import CliRunner

from admitone.cli.mail_group import BOOKING_KINDS, mail
from admitone.mail.contracts import MailKind


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        ([], "Give the ids of mails, or --booking."),
        (["mai_1", "--booking", "bkg_1"], "Give the ids of mails, or --booking."),
        (["mai_1", "--kind", "refund"], "--kind needs --booking."),
        (["--booking", "bkg_1", "--kind", "sign_in"], "is not one of"),
    ],
)
def test_a_mail_is_named_in_one_way(arguments: list[str], fault: str) -> None:
    done = CliRunner().invoke(mail, ["resend", *arguments])

    assert done.exit_code == 2
    assert fault in done.output


def test_the_kinds_are_those_of_a_booking() -> None:
    assert set(BOOKING_KINDS) <= {kind.value for kind in MailKind}
