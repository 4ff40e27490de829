-- Purpose: every dispute of one intent.
-- Inputs:  intent_id.
-- Outputs: rows by id.
-- Invariant: reads only.
SELECT id, amount, status FROM simulated_processor.disputes WHERE intent_id = %(intent_id)s ORDER BY id
