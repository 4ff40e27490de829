-- name: find_person_by_subject
-- Purpose: whose account at the provider is this?
-- Inputs: issuer, subject.  Outputs: id, name, email, password_hash.
SELECT p.id, p.name, p.email, p.password_hash
FROM organizers.provider_accounts a
JOIN organizers.people p ON p.id = a.person_id
WHERE a.issuer = %(issuer)s AND a.subject = %(subject)s;


-- name: insert_provider_account
-- Purpose: from now on a person signs in by this account.
-- Inputs: issuer, subject, person_id, now.
-- Outputs: rowcount 0 where the account is another person's, or the person has another account there.
-- Invariant: an address that the provider gave to another person opens no account (both keys).
INSERT INTO organizers.provider_accounts (issuer, subject, person_id, created_at)
VALUES (%(issuer)s, %(subject)s, %(person_id)s, %(now)s)
ON CONFLICT DO NOTHING;


-- name: find_invitation_of_address
-- Purpose: the newest invitation that was made for an address and still works.
-- Inputs: email, now.  Outputs: token_hash, organization_id, role.
SELECT token_hash, organization_id, role
FROM organizers.one_time_links
WHERE lower(email) = lower(%(email)s) AND purpose = 'invitation'
  AND used_at IS NULL AND revoked_at IS NULL AND expires_at > %(now)s
ORDER BY created_at DESC, id DESC
LIMIT 1;
