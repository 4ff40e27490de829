-- Purpose: the two books were compared to here.
-- Inputs:  compared_to.
-- Outputs: nothing.
-- Invariant: never goes back.
INSERT INTO payments.reconciliations AS r (compared_to) VALUES (%(compared_to)s)
ON CONFLICT (only_row) DO UPDATE SET compared_to = greatest(r.compared_to, excluded.compared_to)
