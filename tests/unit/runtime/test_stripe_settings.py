"""Stripe's settings: a missing or misplaced value is named, and stops the start."""

import pytest

from admitone.embedded.startup_error import StartupError
from admitone.runtime.settings import Settings

GOOD = {
    "ADMITONE_DATABASE_URL": "postgresql:///x",
    "ADMITONE_REDIS_URL": "redis://x",
    "ADMITONE_SECRET_KEY": "s" * 32,
    "ADMITONE_PAYMENTS": "stripe",
    "ADMITONE_STRIPE_SECRET_KEY": "sk_test_1",
    "ADMITONE_STRIPE_PUBLISHABLE_KEY": "pk_test_1",
    "ADMITONE_STRIPE_WEBHOOK_SECRET": "whsec_new, whsec_old",
}


def test_all_stripe_settings() -> None:
    stripe = Settings.from_environment(GOOD).stripe

    assert stripe is not None
    assert stripe.webhook_secrets == ("whsec_new", "whsec_old")
    assert stripe.api_base is None
    assert (stripe.writes_per_second, stripe.endpoint_writes_per_second) == (100, 25)
    assert "sk_test" not in repr(stripe)


def test_an_endpoint_has_a_quarter_of_the_account_unless_it_is_set() -> None:
    larger = Settings.from_environment({**GOOD, "ADMITONE_STRIPE_WRITES_PER_SECOND": "400"}).stripe
    named = Settings.from_environment({**GOOD, "ADMITONE_STRIPE_ENDPOINT_WRITES_PER_SECOND": "60"}).stripe

    assert larger is not None
    assert named is not None
    assert (larger.endpoint_writes_per_second, named.endpoint_writes_per_second) == (100, 60)


def test_without_stripe_no_setting_is_required() -> None:
    kept = {name: value for name, value in GOOD.items() if "STRIPE" not in name}

    assert Settings.from_environment({**kept, "ADMITONE_PAYMENTS": "simulated"}).stripe is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("ADMITONE_STRIPE_SECRET_KEY", ""),
        ("ADMITONE_STRIPE_SECRET_KEY", "pk_test_1"),
        ("ADMITONE_STRIPE_PUBLISHABLE_KEY", ""),
        ("ADMITONE_STRIPE_PUBLISHABLE_KEY", "sk_test_1"),
        ("ADMITONE_STRIPE_WEBHOOK_SECRET", " , "),
        ("ADMITONE_STRIPE_WEBHOOK_SECRET", "a,b,c,d,e"),
        ("ADMITONE_STRIPE_API_BASE", "localhost:12111"),
        ("ADMITONE_STRIPE_WRITES_PER_SECOND", "0"),
        ("ADMITONE_STRIPE_WRITES_PER_SECOND", "2.5"),
        ("ADMITONE_STRIPE_ENDPOINT_WRITES_PER_SECOND", "0"),
    ],
)
def test_the_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(StartupError, match=name):
        Settings.from_environment({**GOOD, name: value})
