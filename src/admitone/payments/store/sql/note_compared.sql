-- Purpose: the two books were compared to here.
-- Inputs:  compared_to.
-- Outputs: nothing.
-- Invariant: not ahead of this server's clock, and back where the clock went back: a clock that was ahead for a moment
--            would hide what was created until it comes there again. A window that is compared twice costs time only.
INSERT INTO payments.reconciliations AS r (compared_to) VALUES (least(%(compared_to)s, clock_timestamp()))
ON CONFLICT (only_row) DO UPDATE SET compared_to = excluded.compared_to
