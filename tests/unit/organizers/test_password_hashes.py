"""Hashes of passwords: their cost, which other tests lower, and who cannot tell accounts apart by it."""

from argon2 import extract_parameters
from argon2.low_level import Type

from admitone.organizers.usecases.credentials import password_hashes
from admitone.organizers.usecases.credentials.password_hashes import hash_password, is_password, needs_rehash

PASSWORD = "four quiet bassoons"


async def test_a_password_costs_what_the_rfc_recommends() -> None:
    made = await hash_password(PASSWORD)

    cost = extract_parameters(made)
    assert (cost.type, cost.memory_cost, cost.time_cost, cost.parallelism) == (Type.ID, 64 * 1024, 3, 4)
    assert not needs_rehash(made)
    assert [await is_password(typed, made) for typed in (PASSWORD, PASSWORD.upper())] == [True, False]


async def test_an_account_that_does_not_exist_costs_as_much() -> None:
    assert extract_parameters(password_hashes._NOBODYS) == extract_parameters(await hash_password(PASSWORD))
    assert not await is_password(PASSWORD, None)


def test_a_cheaper_hash_is_made_again() -> None:
    assert needs_rehash(password_hashes._NOBODYS.replace("t=3", "t=2"))
