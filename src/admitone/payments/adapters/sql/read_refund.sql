-- Purpose: find what a refund's key did.
-- Inputs:  key.
-- Outputs: one row or none.
-- Invariant: reads only.
SELECT id, intent_id, amount FROM simulated_processor.refunds WHERE key = %(key)s
