"""Jobs that an earlier release deferred still run under their old names."""

from typing import Any, cast

import pytest
from procrastinate import App
from procrastinate.testing import InMemoryConnector

from admitone.booking import jobs as booking_jobs
from admitone.payments import jobs as payments_jobs

NEW_NAMES = {
    "booking.show_sales": "booking.publish_sales",
    "booking.show_returns": "booking.publish_returns",
    "booking.follow_payment": "booking.project_payment",
    "booking.follow_refunds": "booking.project_refunds",
    "booking.follow_dispute": "booking.project_dispute",
    "booking.lay_out_anew": "booking.reissue_inventory",
    "booking.tell_followers": "booking.publish_notice",
    "payments.follow_event": "payments.sync_event",
}


@pytest.mark.parametrize("old", NEW_NAMES)
def test_a_job_name_of_an_earlier_release_is_an_alias(old: str) -> None:
    app = App(connector=InMemoryConnector())
    booking_jobs.register(app, cast(Any, None), cast(Any, None))
    payments_jobs.register(app, cast(Any, None))

    assert app.tasks[old] is app.tasks[NEW_NAMES[old]]
