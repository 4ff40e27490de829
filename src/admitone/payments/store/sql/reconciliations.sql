-- name: read_compared
-- Purpose: read up to which time the provider's payments and ours were compared.
-- Inputs:  none.
-- Outputs: compared_to, or no row before the first comparison.
-- Invariant: reads only.
SELECT compared_to FROM payments.reconciliations;


-- name: record_compared
-- Purpose: record up to which time they were compared.
-- Inputs:  compared_to.
-- Outputs: nothing.
-- Invariant: never ahead of this server's clock, and back where the clock went back: a time from a clock that ran ahead
--            would hide the payments created until then. A window that is compared twice costs time only.
INSERT INTO payments.reconciliations AS r (compared_to) VALUES (least(%(compared_to)s, clock_timestamp()))
ON CONFLICT (only_row) DO UPDATE SET compared_to = excluded.compared_to;
