"""Conditional requests: which revisions `If-Match` names, and which copies are current."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admitone.kit.http.caching import etag_of, is_current, read_if_match
from admitone.kit.revisions import VersionMismatch, check_version


@pytest.mark.parametrize("header", [None, "*", '"3"', 'W/"3"', '"1", "3"'])
def test_a_header_that_names_the_current_revision_passes(header: str | None) -> None:
    check_version(read_if_match(header), 3)


@pytest.mark.parametrize("header", ['"2"', "3", "", '"33"', '"03"', '"3', '"another"'])
def test_a_header_that_names_others_is_refused(header: str) -> None:
    with pytest.raises(VersionMismatch):
        check_version(read_if_match(header), 3)


@pytest.mark.parametrize("header", ['"7"', 'W/"7"', '"6", W/"7"', '"a, b","7"', "*"])
def test_a_copy_that_is_named_is_current(header: str) -> None:
    assert is_current(header, etag_of(7))


@pytest.mark.parametrize("header", [None, "", "7", '"77"', '"6"'])
def test_no_other_copy_is_current(header: str | None) -> None:
    assert not is_current(header, etag_of(7))


@given(st.text(max_size=300))
def test_any_text_may_come_in(header: str) -> None:
    named = read_if_match(header)

    assert named is None or 1 not in named or is_current(header, etag_of(1))
