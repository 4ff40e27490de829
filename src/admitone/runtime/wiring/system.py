"""What operators see of the installation."""

from functools import partial

from admitone.mail.usecases.deps import Deps as MailDeps
from admitone.runtime.doctor import examine_servers
from admitone.runtime.system.checks import Checks
from admitone.runtime.system.deps import Deps
from admitone.runtime.wiring.process import Process, utc_now


def wire_system(process: Process, *, mail: MailDeps) -> Deps:
    checks = Checks(partial(examine_servers, process.settings))
    return Deps(
        settings=process.settings, pool=process.pool, redis=process.redis, mail=mail, checks=checks, now=utc_now
    )
