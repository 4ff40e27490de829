-- name: read_second_factor
-- Purpose: the authenticator app of a person.
-- Inputs: person_id.  Outputs: totp_secret, totp_since (null: being set up).
SELECT totp_secret, totp_since
FROM organizers.people
WHERE id = %(person_id)s;


-- name: lock_second_factor
-- Purpose: the authenticator app of a person, which stays until the transaction ends.
-- Inputs: person_id.  Outputs: totp_secret, totp_since (null: being set up).
-- Invariant: the secret that starts to count is the one whose code was given, and not one that another window made.
SELECT totp_secret, totp_since
FROM organizers.people
WHERE id = %(person_id)s
FOR UPDATE;


-- name: begin_second_factor
-- Purpose: a new secret, which counts once a code of it was given.
-- Inputs: person_id, totp_secret.  Outputs: rowcount 0 where the person has a second factor already.
UPDATE organizers.people
SET totp_secret = %(totp_secret)s, totp_last_step = NULL
WHERE id = %(person_id)s AND totp_since IS NULL;


-- name: start_second_factor
-- Purpose: from now on a sign-in needs a code.
-- Inputs: person_id, now.  Outputs: none.
UPDATE organizers.people
SET totp_since = %(now)s
WHERE id = %(person_id)s AND totp_since IS NULL;


-- name: end_second_factor
-- Purpose: a sign-in needs no code any more.
-- Inputs: person_id.  Outputs: none.
UPDATE organizers.people
SET totp_secret = NULL, totp_since = NULL, totp_last_step = NULL
WHERE id = %(person_id)s;


-- name: use_step
-- Purpose: use the code of a step up.
-- Inputs: person_id, step.  Outputs: rowcount 0 where it or a later one was used.
-- Invariant: a code works once, also for two requests at the same moment (row lock, then the condition again).
UPDATE organizers.people
SET totp_last_step = %(step)s
WHERE id = %(person_id)s AND (totp_last_step IS NULL OR totp_last_step < %(step)s);


-- name: insert_recovery_code
-- Purpose: a recovery code of a person.
-- Inputs: person_id, code_hash.  Outputs: none.
INSERT INTO organizers.recovery_codes (person_id, code_hash)
VALUES (%(person_id)s, %(code_hash)s);


-- name: delete_recovery_codes
-- Purpose: the codes of a second factor end with it.
-- Inputs: person_id.  Outputs: none.
DELETE FROM organizers.recovery_codes
WHERE person_id = %(person_id)s;


-- name: use_recovery_code
-- Purpose: use a recovery code up.
-- Inputs: person_id, code_hash, now.  Outputs: rowcount 1 for the one request that may go on.
UPDATE organizers.recovery_codes
SET used_at = %(now)s
WHERE person_id = %(person_id)s AND code_hash = %(code_hash)s AND used_at IS NULL;
