-- name: count_attempt
-- Purpose: count an attempt to sign in, before the password is checked.
-- Inputs: bucket (32 bytes), now, ends_at (of a window that begins now).  Outputs: attempts, ends_at of the window.
-- Invariant: attempts at the same moment are all counted (row lock).
INSERT INTO organizers.sign_in_attempts AS counted (bucket, attempts, ends_at)
VALUES (%(bucket)s, 1, %(ends_at)s)
ON CONFLICT (bucket) DO UPDATE
SET attempts = CASE WHEN counted.ends_at <= %(now)s THEN 1 ELSE counted.attempts + 1 END,
    ends_at = CASE WHEN counted.ends_at <= %(now)s THEN excluded.ends_at ELSE counted.ends_at END
RETURNING attempts, ends_at;


-- name: forget_attempts
-- Purpose: a sign-in that succeeded takes its account's attempts back; windows that are over go as well.
-- Inputs: buckets, now.  Outputs: none.
DELETE FROM organizers.sign_in_attempts
WHERE bucket = ANY(%(buckets)s) OR ends_at <= %(now)s;
