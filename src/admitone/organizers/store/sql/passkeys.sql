-- name: insert_passkey
-- Purpose: a new passkey of a person.
-- Inputs: id, person_id, credential_id, public_key, sign_count, name, now.
-- Outputs: rowcount 0 where the credential is registered already.
INSERT INTO organizers.passkeys (id, person_id, credential_id, public_key, sign_count, name, created_at)
VALUES (%(id)s, %(person_id)s, %(credential_id)s, %(public_key)s, %(sign_count)s, %(name)s, %(now)s)
ON CONFLICT (credential_id) DO NOTHING;


-- name: list_passkeys
-- Purpose: the passkeys of a person, the oldest first.
-- Inputs: person_id.  Outputs: id, credential_id, name, created_at, last_used_at (null: never).
SELECT id, credential_id, name, created_at, last_used_at
FROM organizers.passkeys
WHERE person_id = %(person_id)s
ORDER BY created_at, id;


-- name: lock_passkey
-- Purpose: whose passkey is this? It stays until the transaction ends.
-- Inputs: credential_id.  Outputs: id, person_id, public_key, sign_count.
-- Invariant: a session that a passkey opens is visible to the removal of the passkey; answers are counted in turn.
SELECT id, person_id, public_key, sign_count
FROM organizers.passkeys
WHERE credential_id = %(credential_id)s
FOR UPDATE;


-- name: touch_passkey
-- Purpose: the passkey was used.
-- Inputs: id, sign_count, now.  Outputs: none.
UPDATE organizers.passkeys
SET sign_count = %(sign_count)s, last_used_at = %(now)s
WHERE id = %(id)s;


-- name: delete_passkey
-- Purpose: a passkey opens nothing any more.
-- Inputs: person_id, id.  Outputs: its name; no row where the person has no such passkey.
DELETE FROM organizers.passkeys
WHERE person_id = %(person_id)s AND id = %(id)s
RETURNING name;


-- name: delete_passkeys
-- Purpose: the device may be lost: none of a person's passkeys opens anything any more.
-- Inputs: person_id.  Outputs: none.
DELETE FROM organizers.passkeys
WHERE person_id = %(person_id)s;


-- name: use_challenge
-- Purpose: use a challenge up.
-- Inputs: challenge_hash, expires_at.  Outputs: rowcount 0 where it was used before.
-- Invariant: a challenge works once, also for two requests at the same moment (primary key).
INSERT INTO organizers.used_challenges (challenge_hash, expires_at)
VALUES (%(challenge_hash)s, %(expires_at)s)
ON CONFLICT (challenge_hash) DO NOTHING;


-- name: forget_challenges
-- Purpose: challenges that have expired are refused without being remembered.
-- Inputs: now.  Outputs: none.
DELETE FROM organizers.used_challenges
WHERE expires_at <= %(now)s;
