-- Purpose: how far the two books were compared.
-- Inputs:  none.
-- Outputs: compared_to, or no row before the first time.
-- Invariant: reads only.
SELECT compared_to FROM payments.reconciliations
