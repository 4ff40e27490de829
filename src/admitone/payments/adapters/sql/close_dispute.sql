-- Purpose: a dispute is decided.
-- Inputs:  id, status (won | lost).
-- Outputs: nothing.
-- Invariant: decided once.
UPDATE simulated_processor.disputes SET status = %(status)s WHERE id = %(id)s AND status = 'open'
