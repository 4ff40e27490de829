-- name: measure_captures
-- Purpose: count the authorizations that are not captured, and find the oldest.
-- Inputs:  created_since.
-- Outputs: waiting, oldest_at (null: there is none); one row.
-- Invariant: reads payments by their time of creation alone (index payments_created). A payment is authorized after its
--            row is created, so the oldest is at most that old.
SELECT count(*) AS waiting, min(created_at) AS oldest_at
FROM payments.payments
WHERE created_at >= %(created_since)s AND status = 'authorized';


-- name: record_capture_clock
-- Purpose: keep what was measured.
-- Inputs:  measured_at, took_seconds, waiting, oldest_at.
-- Outputs: nothing.
-- Invariant: one row; of several workers the latest measurement stays, except one by a clock that was ahead: it would
--            hide all that follow until its moment comes.
INSERT INTO payments.capture_clock AS known (measured_at, took_seconds, waiting, oldest_at)
VALUES (%(measured_at)s, %(took_seconds)s, %(waiting)s, %(oldest_at)s)
ON CONFLICT (only_row) DO UPDATE SET measured_at = excluded.measured_at, took_seconds = excluded.took_seconds,
    waiting = excluded.waiting, oldest_at = excluded.oldest_at
WHERE known.measured_at < excluded.measured_at OR known.measured_at > clock_timestamp();


-- name: read_capture_clock
-- Purpose: read what was measured last.
-- Inputs:  none.
-- Outputs: measured_at, took_seconds, waiting, oldest_at; no row before the first measurement.
-- Invariant: reads only.
SELECT measured_at, took_seconds, waiting, oldest_at FROM payments.capture_clock;
