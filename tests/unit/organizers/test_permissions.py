"""Roles are sets of permissions: what each may do, and what a refusal advises."""

import pytest

from admitone.organizers.contracts import Permission, Role, least_role

BELONG, SCAN, VIEW, SELL = Permission.BELONG, Permission.SCAN, Permission.VIEW, Permission.SELL
SEE_MONEY, MANAGE, SEE_AUDIT = Permission.SEE_MONEY, Permission.MANAGE, Permission.SEE_AUDIT


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        (Role.SCANNER, {BELONG, SCAN}),
        (Role.BOX_OFFICE, {BELONG, SCAN, VIEW, SELL}),
        (Role.FINANCE, {BELONG, VIEW, SEE_MONEY}),
        (Role.MANAGER, {BELONG, SCAN, VIEW, SELL, SEE_MONEY, MANAGE, SEE_AUDIT}),
        (Role.OWNER, set(Permission) - {Permission.OPERATE}),
    ],
)
def test_what_a_role_may_do(role: Role, expected: set[Permission]) -> None:
    assert expected == {permission for permission in Permission if role.covers(permission)}


@pytest.mark.parametrize(
    ("needed", "expected"),
    [
        (BELONG, Role.SCANNER),
        (SCAN, Role.SCANNER),
        (VIEW, Role.BOX_OFFICE),
        (SELL, Role.BOX_OFFICE),
        (SEE_MONEY, Role.FINANCE),
        (MANAGE, Role.MANAGER),
        (Permission.ADMINISTER, Role.OWNER),
    ],
)
def test_a_refusal_advises_the_first_role_that_suffices(needed: Permission, expected: Role) -> None:
    assert expected == least_role(needed)
