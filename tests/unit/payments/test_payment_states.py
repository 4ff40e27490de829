"""The state machine of a payment moves only forward, in any order of updates."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admitone.payments.contracts import PaymentState
from admitone.payments.domain.intent import Intent, IntentStatus
from admitone.payments.domain.payment import (
    OPEN,
    PAID,
    PaymentUpdate,
    Status,
    advance,
    outcome_of,
    sources_of,
    status_of,
)

NEVER_BACK = [
    (Status.AUTHORIZED, Status.ACTION_REQUIRED),
    (Status.CAPTURED, Status.AUTHORIZED),
    (Status.CAPTURED, Status.VOIDED),
    (Status.VOIDED, Status.AUTHORIZED),
    (Status.VOIDED, Status.CAPTURED),
    (Status.VOIDED, Status.DECLINED),
    (Status.REFUNDED, Status.PARTIALLY_REFUNDED),
]


@pytest.mark.parametrize(("current", "seen"), NEVER_BACK)
def test_a_stale_update_changes_nothing(current: Status, seen: Status) -> None:
    assert advance(current, seen) is current


def test_the_normal_transitions_are_allowed() -> None:
    path = [Status.CREATED, Status.AUTHORIZED, Status.CAPTURED, Status.PARTIALLY_REFUNDED, Status.REFUNDED]

    for current, following in itertools.pairwise(path):
        assert advance(current, following) is following


def test_a_capture_reported_before_its_authorization_counts() -> None:
    assert advance(Status.PROCESSING, Status.CAPTURED) is Status.CAPTURED


@given(st.lists(st.sampled_from(Status), max_size=12))
def test_no_state_is_entered_twice(news: list[Status]) -> None:
    visited = [Status.CREATED]
    for seen in news:
        current = advance(visited[-1], seen)
        if current is not visited[-1]:
            assert current not in visited
            visited.append(current)


@given(st.lists(st.sampled_from(Status), max_size=12))
def test_money_voided_is_never_captured(news: list[Status]) -> None:
    current, seen = Status.CREATED, set[Status]()
    for update in news:
        current = advance(current, update)
        seen.add(current)
    assert not {Status.VOIDED, Status.CAPTURED} <= seen


def test_open_and_paid_share_no_state() -> None:
    assert not OPEN & PAID
    assert all(source not in PAID | {Status.VOIDED, Status.DECLINED} for source in sources_of(Status.DECLINED))


@pytest.mark.parametrize(
    ("intent_status", "decline_code", "refunded", "expected"),
    [
        (IntentStatus.REQUIRES_PAYMENT_METHOD, None, 0, Status.CREATED),
        (IntentStatus.REQUIRES_PAYMENT_METHOD, "expired_card", 0, Status.DECLINED),
        (IntentStatus.REQUIRES_ACTION, None, 0, Status.ACTION_REQUIRED),
        (IntentStatus.PROCESSING, None, 0, Status.PROCESSING),
        (IntentStatus.REQUIRES_CAPTURE, None, 0, Status.AUTHORIZED),
        (IntentStatus.SUCCEEDED, None, 0, Status.CAPTURED),
        (IntentStatus.SUCCEEDED, None, 40, Status.PARTIALLY_REFUNDED),
        (IntentStatus.SUCCEEDED, None, 100, Status.REFUNDED),
        (IntentStatus.CANCELED, None, 0, Status.VOIDED),
    ],
)
def test_the_providers_states_are_mapped(
    intent_status: IntentStatus, decline_code: str | None, refunded: int, expected: Status
) -> None:
    assert status_of(Intent("pi_1", intent_status, 100, "USD", refunded, decline_code)) is expected


def test_a_payment_without_an_answer_is_unknown() -> None:
    assert outcome_of(PaymentUpdate("bkg_1", 1, Status.CREATED)).state is PaymentState.UNKNOWN
