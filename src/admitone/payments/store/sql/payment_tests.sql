-- name: lock_payment_tests
-- Purpose: let one test of an organization begin at a time, so that its limit counts.
-- Inputs:  organization_id.
-- Outputs: nothing.
-- Invariant: ends with the transaction.
SELECT pg_advisory_xact_lock(hashtextextended('payment tests ' || %(organization_id)s, 0));


-- name: count_payment_tests
-- Purpose: count the tests that an organization began since a moment.
-- Inputs:  organization_id, since.
-- Outputs: count.
-- Invariant: reads only.
SELECT count(*) AS count FROM payments.payment_tests
WHERE organization_id = %(organization_id)s AND created_at > %(since)s;


-- name: insert_payment_test
-- Purpose: record a test before the processor is called.
-- Inputs:  id, organization_id, amount, currency, is_live, created_at.
-- Outputs: nothing.
-- Invariant: an intent of a test always has a row.
INSERT INTO payments.payment_tests (id, organization_id, amount, currency, is_live, created_at)
VALUES (%(id)s, %(organization_id)s, %(amount)s, %(currency)s, %(is_live)s, %(created_at)s);


-- name: record_steps
-- Purpose: record what became of the steps so far.
-- Inputs:  id, steps (JSON), provider_ref (null: unknown so far), ended_at (null: it goes on).
-- Outputs: nothing.
-- Invariant: a known intent stays.
UPDATE payments.payment_tests
SET steps = %(steps)s, ended_at = %(ended_at)s, provider_ref = coalesce(provider_ref, %(provider_ref)s)
WHERE id = %(id)s;


-- name: read_payment_test
-- Purpose: read a test of an organization.
-- Inputs:  id, organization_id.
-- Outputs: one row or none.
-- Invariant: reads only.
SELECT id, organization_id, amount, currency, is_live, steps, created_at, ended_at, heard_at, heard_type
FROM payments.payment_tests
WHERE id = %(id)s AND organization_id = %(organization_id)s;


-- name: record_test_heard
-- Purpose: record that a webhook told of the intent of a test.
-- Inputs:  intent_ref, event_type, now.
-- Outputs: nothing.
-- Invariant: the first webhook counts; the intents of buyers have no row here.
UPDATE payments.payment_tests SET heard_at = %(now)s, heard_type = %(event_type)s
WHERE provider_ref = %(intent_ref)s AND heard_at IS NULL;


-- name: has_payment_test
-- Purpose: whether this installation made a test.
-- Inputs:  id.
-- Outputs: one row or none.
-- Invariant: reads only.
SELECT id FROM payments.payment_tests WHERE id = %(id)s;


-- name: forget_payment_tests
-- Purpose: delete old tests.
-- Inputs:  created_before.
-- Outputs: nothing.
-- Invariant: few rows: an organization makes a limited number of tests.
DELETE FROM payments.payment_tests WHERE created_at < %(created_before)s;
