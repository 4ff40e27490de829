-- name: insert_person
-- Purpose: a new person.
-- Inputs: id, name, email (null: none), now.  Outputs: rowcount 0 where another person has the address.
INSERT INTO organizers.people (id, name, email, created_at)
VALUES (%(id)s, %(name)s, %(email)s, %(now)s)
ON CONFLICT (lower(email)) DO NOTHING;


-- name: insert_membership
-- Purpose: make a person a member.
-- Inputs: organization_id, person_id, role, now.  Outputs: rowcount 0 where they are a member already.
INSERT INTO organizers.memberships (organization_id, person_id, role, created_at)
VALUES (%(organization_id)s, %(person_id)s, %(role)s, %(now)s)
ON CONFLICT (organization_id, person_id) DO NOTHING;


-- name: find_member
-- Purpose: the oldest member of an organization with a role.
-- Inputs: organization_id, role.  Outputs: person_id.
SELECT person_id
FROM organizers.memberships
WHERE organization_id = %(organization_id)s AND role = %(role)s
ORDER BY created_at, person_id
LIMIT 1;


-- name: list_organizations_of_person
-- Purpose: where a person is a member, by name.
-- Inputs: person_id.  Outputs: id, name, role.
SELECT o.id, o.name, m.role
FROM organizers.memberships m
JOIN organizers.organizations o ON o.id = m.organization_id
WHERE m.person_id = %(person_id)s
ORDER BY lower(o.name), o.id;
