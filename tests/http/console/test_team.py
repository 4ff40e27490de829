"""Owners invite, change and remove members; the last owner stays; API keys are shown once."""

import re
from typing import Any

import httpx
from litestar.types import ASGIApp

from admitone.organizers.contracts import Role
from admitone.organizers.usecases.api_keys import create_api_key
from admitone.organizers.usecases.deps import Deps
from admitone.organizers.usecases.organizations import create_organization
from tests.http.console.browsing import Browser, domain_of, text_of
from tests.http.console.conftest import PASSWORD, ApiOf, SignIn
from tests.problems import refusal


async def owner_api(organizers: Deps, api_of: ApiOf, house: str) -> httpx.AsyncClient:
    return api_of((await create_api_key(organizers, organization_id=house, role=Role.OWNER, label="owner")).key)


async def members_of(api: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    """Return role → member."""
    return {member["role"]: member for member in (await api.get("/organizer/members")).json()["members"]}


async def test_an_invitation_makes_one_member(console: ASGIApp, house: str, sign_in: SignIn) -> None:
    ada, bea = await sign_in(Role.OWNER), Browser(console)
    email = f"bea@{domain_of(house)}"

    invited = await ada.send("/console/team/invite", role="box_office", email=email)
    found = re.search(r"http://testserver\.local(/console/welcome/[^<\s]+)", invited.text)
    assert found is not None, invited.text
    waiting = text_of(await ada.get("/console/team"))
    entered = await bea.post(found[1], {"name": "Bea", "email": email, "password": PASSWORD})
    team = text_of(await ada.get("/console/team"))

    assert email in waiting
    assert entered.status_code == 303
    assert "Bea" in team
    assert "Nobody is invited at the moment." in team
    assert (await bea.get("/console/team")).status_code == 403
    assert (await Browser(console).get(found[1])).status_code == 410


async def test_a_revoked_invitation_does_not_work(console: ASGIApp, sign_in: SignIn) -> None:
    ada = await sign_in(Role.OWNER)
    invited = await ada.send("/console/team/invite", role="scanner")
    link = re.search(r"http://testserver\.local(/console/welcome/[^<\s]+)", invited.text)
    page = await ada.get("/console/team")
    invitation = re.search(r"/console/team/invitations/([^/]+)/revoke", page.text)
    assert link is not None
    assert invitation is not None

    await ada.send(f"/console/team/invitations/{invitation[1]}/revoke")

    assert (await Browser(console).get(link[1])).status_code == 410


async def test_faults_of_an_invitation_stand_beside_its_fields(sign_in: SignIn) -> None:
    refused = await (await sign_in(Role.OWNER)).send("/console/team/invite", role="king", email="nowhere")

    assert refused.status_code == 422
    assert 'id="f-role-fault"' in refused.text
    assert 'id="f-email-fault"' in refused.text


async def test_a_new_role_works_at_once(organizers: Deps, api_of: ApiOf, house: str, sign_in: SignIn) -> None:
    ada, max_ = await sign_in(Role.OWNER), await sign_in(Role.MANAGER)
    member = (await members_of(await owner_api(organizers, api_of, house)))["manager"]

    changed = await ada.send(f"/console/team/members/{member['id']}", role="scanner")
    trail = await ada.get("/console/audit?q=changeRole")

    assert changed.status_code == 303
    assert (await max_.get("/console/audit")).status_code == 403
    assert 'role "manager" → "scanner"' in text_of(trail)


async def test_a_removed_member_is_out_and_does_not_come_back_by_their_session(
    organizers: Deps, api_of: ApiOf, house: str, sign_in: SignIn
) -> None:
    ada, max_ = await sign_in(Role.OWNER), await sign_in(Role.MANAGER)
    member = (await members_of(await owner_api(organizers, api_of, house)))["manager"]

    await ada.send(f"/console/team/members/{member['id']}/remove")

    assert (await max_.get("/console")).status_code == 303


async def test_the_last_owner_stays(organizers: Deps, api_of: ApiOf, house: str, sign_in: SignIn) -> None:
    ada = await sign_in(Role.OWNER)
    api = await owner_api(organizers, api_of, house)
    member = (await members_of(api))["owner"]

    demoted = await api.patch(f"/organizer/members/{member['id']}", json={"role": "manager"})
    removed = await api.delete(f"/organizer/members/{member['id']}")
    left = await ada.send("/console/account/leave")

    assert [refusal(demoted), refusal(removed)] == [(409, "last-owner")] * 2
    assert left.status_code == 303
    assert "keeps at least one owner" in text_of(await ada.get("/console/account"))


async def test_a_member_leaves(organizers: Deps, api_of: ApiOf, house: str, sign_in: SignIn) -> None:
    scanner = await sign_in(Role.SCANNER)

    left = await scanner.send("/console/account/leave")

    assert (left.status_code, left.headers["Location"]) == (303, "/console/sign-in")
    assert await members_of(await owner_api(organizers, api_of, house)) == {}


async def test_a_key_is_shown_once_and_revoked(api_of: ApiOf, sign_in: SignIn) -> None:
    ada = await sign_in(Role.OWNER)

    created = await ada.send("/console/keys/new", name="gate <north>", role="scanner", days="2", form_key="one")
    again = await ada.send("/console/keys/new", name="gate <north>", role="scanner", days="2", form_key="two")
    found = re.search(r"ak_[A-Za-z0-9_-]{43}", created.text)
    assert found is not None, created.text
    me = (await api_of(found[0]).get("/organizer/me")).json()
    listed = await ada.get("/console/keys")
    await ada.send(f"/console/keys/{me['actor']['id']}/revoke")

    assert me["role"] == "scanner"
    assert me["actor"]["name"] == "gate <north>"
    assert found[0] not in again.text
    assert found[0] not in listed.text
    assert "gate &lt;north&gt;" in listed.text
    assert refusal(await api_of(found[0]).get("/organizer/me")) == (401, "not-authenticated")


async def test_a_second_click_creates_one_key(sign_in: SignIn) -> None:
    ada = await sign_in(Role.OWNER)
    form = {"name": "twice", "role": "scanner", "form_key": "the same"}

    first, second = [await ada.send("/console/keys/new", **form) for _ in range(2)]

    assert re.findall(r"ak_[A-Za-z0-9_-]{43}", first.text) == re.findall(r"ak_[A-Za-z0-9_-]{43}", second.text)
    assert text_of(await ada.get("/console/keys")).count("twice") == text_of(first).count("twice") + 1


async def test_faults_of_a_key(sign_in: SignIn) -> None:
    ada = await sign_in(Role.OWNER)

    refused = await ada.send("/console/keys/new", name=" ", role="scanner")
    days = await ada.send("/console/keys/new", name="gate", role="scanner", days="0")

    assert (refused.status_code, days.status_code) == (422, 422)
    assert 'id="f-name-fault"' in refused.text
    assert 'id="f-days-fault"' in days.text


async def test_members_and_keys_of_others_are_out_of_reach(
    organizers: Deps, api_of: ApiOf, house: str, sign_in: SignIn
) -> None:
    await sign_in(Role.OWNER)
    member = (await members_of(await owner_api(organizers, api_of, house)))["owner"]
    key = await create_api_key(organizers, organization_id=house, role=Role.OWNER, label="ours")
    stranger = await create_organization(organizers, name="Wiener Bühnen")
    theirs = await owner_api(organizers, api_of, stranger)

    assert refusal(await theirs.delete(f"/organizer/members/{member['id']}")) == (404, "member-not-found")
    assert refusal(await theirs.delete(f"/organizer/keys/{key.id}")) == (404, "api-key-not-found")
    assert await members_of(theirs) == {}
