-- name: record_heard
-- Purpose: note that a signed webhook arrived.
-- Inputs:  event_type, now, unless_since.
-- Outputs: nothing.
-- Invariant: written at most once in a while: a rush of events does not wait for one row.
INSERT INTO payments.webhooks AS known (heard_at, event_type)
VALUES (%(now)s, %(event_type)s)
ON CONFLICT (only_row) DO UPDATE SET heard_at = excluded.heard_at, event_type = excluded.event_type
WHERE known.heard_at IS NULL OR known.heard_at < %(unless_since)s;


-- name: record_refused
-- Purpose: note that a webhook with a wrong signature arrived.
-- Inputs:  now, unless_since.
-- Outputs: nothing.
-- Invariant: written at most once in a while: strangers cannot make the database busy.
INSERT INTO payments.webhooks AS known (refused_at)
VALUES (%(now)s)
ON CONFLICT (only_row) DO UPDATE SET refused_at = excluded.refused_at
WHERE known.refused_at IS NULL OR known.refused_at < %(unless_since)s;


-- name: read_webhooks
-- Purpose: when webhooks arrived, and whether payments were made since without one.
-- Inputs:  provider, paid_since, paid_before, grace_seconds (after the last webhook).
-- Outputs: heard_at, event_type, refused_at, is_silent; one row.
-- Invariant: reads payments by their time of creation alone (index payments_created).
SELECT known.heard_at, known.event_type, known.refused_at, EXISTS (
    SELECT FROM payments.payments AS paid
    WHERE paid.created_at >= %(paid_since)s AND paid.created_at < %(paid_before)s
        AND paid.provider = %(provider)s AND paid.provider_ref IS NOT NULL
        AND (known.heard_at IS NULL OR paid.created_at > known.heard_at + make_interval(secs => %(grace_seconds)s))
) AS is_silent
FROM (SELECT) AS always
LEFT JOIN payments.webhooks AS known ON true;
