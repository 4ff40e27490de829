"""The normal form of an email address: one mailbox is one person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admitone.booking.domain.buyer import normal_form

SAME = {
    "case": ("Ada@Example.ORG", "ada@example.org"),
    "a part after plus": ("ada+tickets+2@example.org", "ada@example.org"),
    "dots that Gmail ignores": ("a.d.a@gmail.com", "ada@gmail.com"),
    "the other domain of Gmail": ("ada@googlemail.com", "ada@gmail.com"),
    "dots and dashes that Proton ignores": ("a-d_a.@protonmail.com", "ada@proton.me"),
    "domains of iCloud": ("ada@me.com", "ada@icloud.com"),
    "a domain in Unicode": ("ada@BÜCHER.example", "ada@xn--bcher-kva.example"),
    "full-width letters": ("ａｄａ@example.org", "ada@example.org"),
    "a dot at the end of the domain": ("ada@example.org.", "ada@example.org"),
    "a sharp s in Unicode": ("ada@faß.de", "ada@xn--fa-hia.de"),
    "quotes": ('"ada"@example.org', "ada@example.org"),
}
DIFFERENT = {
    "dots where they count": ("a.da@example.org", "ada@example.org"),
    "another domain": ("ada@example.org", "ada@example.com"),
    "a sharp s and two": ("ada@faß.de", "ada@fass.de"),
    "another person": ("ada@example.org", "bob@example.org"),
    "nothing before the plus": ("+a@example.org", "+b@example.org"),
}

local_parts = st.text("abcXYZ.-_19", min_size=1, max_size=12)
domains = st.sampled_from(["example.org", "gmail.com", "googlemail.com", "pm.me", "bücher.example", "yandex.ru"])
tags = st.text("abc19+.", max_size=8)


@pytest.mark.parametrize("reason", SAME)
def test_spellings_of_one_mailbox_are_one_person(reason: str) -> None:
    first, other = SAME[reason]

    assert normal_form(first) == normal_form(other)


@pytest.mark.parametrize("reason", DIFFERENT)
def test_different_mailboxes_are_different_people(reason: str) -> None:
    first, other = DIFFERENT[reason]

    assert normal_form(first) != normal_form(other)


@given(address=st.text(max_size=60) | st.builds("{}@{}".format, st.text(max_size=20), st.text(max_size=20)))
def test_a_normal_form_is_its_own_normal_form(address: str) -> None:
    form = normal_form(address)

    assert normal_form(form) == form


@given(local=local_parts, tag=tags, domain=domains)
def test_case_and_a_part_after_plus_make_no_other_person(local: str, tag: str, domain: str) -> None:
    assert normal_form(f"{local.upper()}+{tag}@{domain.upper()}") == normal_form(f"{local}@{domain}")
