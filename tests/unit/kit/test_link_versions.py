"""Signatures name the version of what they open."""

from hypothesis import given
from hypothesis import strategies as st

from admitone.kit.keys import derive_ring
from admitone.kit.link_versions import sign_version, signed_version

KEYS = derive_ring(["a secret of the opera venue"], "booking token")


def test_a_signature_tells_its_version() -> None:
    signed = [sign_version(KEYS, "bkg_1", version) for version in (0, 1, 12)]

    assert [signed_version(KEYS, "bkg_1", text) for text in signed] == [0, 1, 12]
    assert signed[0] == KEYS.sign("bkg_1")
    assert [signed_version(KEYS, "bkg_2", text) for text in signed] == [None, None, None]


def test_no_version_is_made_of_another() -> None:
    first, second = (sign_version(KEYS, "bkg_1", version) for version in (1, 2))
    forged = [
        f"2.{first[2:]}",
        f"1.{second[2:]}",
        first[2:],
        f"0.{first[2:]}",
        f"0.{KEYS.sign('bkg_1')}",
        f"01.{first[2:]}",
    ]

    assert [signed_version(KEYS, "bkg_1", text) for text in forged][:5] == [None] * 5


@given(st.text(max_size=80))
def test_any_text_is_refused_without_a_fault(text: str) -> None:
    assert signed_version(KEYS, "bkg_1", text) is None
