"""The console: sessions and one-time links of organizers; the rest it reads and writes by the organizer API."""

from functools import partial

from admitone.console.usecases.deps import Deps
from admitone.organizers.usecases.account import end_session
from admitone.organizers.usecases.authenticate import authenticate_session
from admitone.organizers.usecases.deps import Deps as OrganizersDeps
from admitone.organizers.usecases.one_time_links import join_by_link, read_link, use_link
from admitone.organizers.usecases.passkey_sign_in import (
    begin_passkey_sign_in,
    confirm_by_passkey,
    sign_in_by_passkey,
)
from admitone.organizers.usecases.provider_sign_in import begin_provider_sign_in, finish_provider_sign_in
from admitone.organizers.usecases.second_factor import give_code
from admitone.organizers.usecases.sign_in import confirm_person, sign_in
from admitone.pages.assets import static_url
from admitone.runtime.wiring.process import Process, utc_now


def wire_console(process: Process, *, organizers: OrganizersDeps) -> Deps:
    return Deps(
        authenticate=partial(authenticate_session, organizers),
        read_link=partial(read_link, organizers),
        use_link=partial(use_link, organizers),
        join_by_link=partial(join_by_link, organizers),
        sign_in=partial(sign_in, organizers),
        give_code=partial(give_code, organizers),
        confirm_person=partial(confirm_person, organizers),
        end_session=partial(end_session, organizers),
        begin_passkey_sign_in=partial(begin_passkey_sign_in, organizers),
        sign_in_by_passkey=partial(sign_in_by_passkey, organizers),
        confirm_by_passkey=partial(confirm_by_passkey, organizers),
        begin_provider_sign_in=partial(begin_provider_sign_in, organizers),
        finish_provider_sign_in=partial(finish_provider_sign_in, organizers),
        provider_name=None if organizers.provider is None else organizers.provider.name,
        static_url=static_url,
        has_passkeys=organizers.passkey_site is not None,
        is_secure=process.settings.public_url.startswith("https://"),
        is_test_mode=process.settings.payments == "simulated",
        now=utc_now,
    )
