-- Purpose: note how a dispute stands.
-- Inputs:  id, booking_id, attempt, amount, currency, status.
-- Outputs: the status it moved to; no row where it stood there (or was decided) before.
-- Invariant: open → lost | won, once.
INSERT INTO payments.disputes AS dispute (id, booking_id, attempt, amount, currency, status)
VALUES (%(id)s, %(booking_id)s, %(attempt)s, %(amount)s, %(currency)s, %(status)s)
ON CONFLICT (id) DO UPDATE SET status = excluded.status, updated_at = now()
WHERE dispute.status = 'open' AND excluded.status <> 'open'
RETURNING status
