-- Purpose: a refund by the provider's id.
-- Inputs:  provider_ref.
-- Outputs: its id, or no row.
-- Invariant: reads only.
SELECT id FROM payments.refunds WHERE provider_ref = %(provider_ref)s
