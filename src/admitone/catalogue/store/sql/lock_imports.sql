-- Purpose: imports of one organization write one after the other, so that an id is never created twice.
-- Inputs: organization_id.  Outputs: none; the lock ends with the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('catalogue.imports/' || %(organization_id)s, 0))
