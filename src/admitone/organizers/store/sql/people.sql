-- name: insert_person
-- Purpose: a new person.
-- Inputs: id, name, email (null: none), password_hash (null: none), now.
-- Outputs: rowcount 0 where another person has the address.
INSERT INTO organizers.people (id, name, email, password_hash, created_at)
VALUES (%(id)s, %(name)s, %(email)s, %(password_hash)s, %(now)s)
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


-- name: find_person_by_email
-- Purpose: the account of an address, however it is written.
-- Inputs: email.  Outputs: id, name, email, password_hash.
SELECT id, name, email, password_hash
FROM organizers.people
WHERE lower(email) = lower(%(email)s);


-- name: read_person
-- Purpose: a person by their id.
-- Inputs: id.  Outputs: id, name, email, password_hash.
SELECT id, name, email, password_hash
FROM organizers.people
WHERE id = %(id)s;


-- name: write_password
-- Purpose: a new password.
-- Inputs: id, password_hash.  Outputs: none.
UPDATE organizers.people
SET password_hash = %(password_hash)s
WHERE id = %(id)s;


-- name: lock_password
-- Purpose: the password of a person, which stays until the transaction ends.
-- Inputs: id.  Outputs: password_hash.
-- Invariant: a session opened by a password is visible to the change of that password, which ends it.
SELECT password_hash
FROM organizers.people
WHERE id = %(id)s
FOR UPDATE;


-- name: replace_password_hash
-- Purpose: store a stronger hash of the same password.
-- Inputs: id, old_hash, new_hash.  Outputs: rowcount 0 where the password changed meanwhile.
-- Invariant: a new password is never overwritten by a hash of the old one.
UPDATE organizers.people
SET password_hash = %(new_hash)s
WHERE id = %(id)s AND password_hash = %(old_hash)s;


-- name: list_members
-- Purpose: the members of an organization, by name.
-- Inputs: organization_id.  Outputs: person_id, name, email, role, created_at, last_seen_at (null: never).
SELECT m.person_id, p.name, p.email, m.role, m.created_at,
       (SELECT max(s.last_seen_at) FROM organizers.sessions s
         WHERE s.person_id = m.person_id AND s.organization_id = m.organization_id) AS last_seen_at
FROM organizers.memberships m
JOIN organizers.people p ON p.id = m.person_id
WHERE m.organization_id = %(organization_id)s
ORDER BY lower(p.name), m.person_id;


-- name: lock_organization
-- Purpose: changes of an organization's members come one after another, so that two of them cannot each remove an
--          owner and leave none.
-- Inputs: organization_id.  Outputs: id.
SELECT id
FROM organizers.organizations
WHERE id = %(organization_id)s
FOR UPDATE;


-- name: read_role
-- Purpose: a member's role, and how many owners the organization has.
-- Inputs: organization_id, person_id.  Outputs: role, owners; no row for no member.
SELECT m.role,
       (SELECT count(*) FROM organizers.memberships o
         WHERE o.organization_id = m.organization_id AND o.role = 'owner') AS owners
FROM organizers.memberships m
WHERE m.organization_id = %(organization_id)s AND m.person_id = %(person_id)s;


-- name: write_role
-- Purpose: another role for a member.
-- Inputs: organization_id, person_id, role.  Outputs: none.
UPDATE organizers.memberships
SET role = %(role)s
WHERE organization_id = %(organization_id)s AND person_id = %(person_id)s;


-- name: delete_membership
-- Purpose: a person is no member any more.
-- Inputs: organization_id, person_id.  Outputs: none.
DELETE FROM organizers.memberships
WHERE organization_id = %(organization_id)s AND person_id = %(person_id)s;
