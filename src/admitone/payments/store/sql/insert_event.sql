-- Purpose: the inbox: keep an event of the provider's.
-- Inputs:  id, type, intent_ref.
-- Outputs: the id, where it is new.
-- Invariant: once by the provider's id, however often it is delivered.
INSERT INTO payments.provider_events (id, type, intent_ref)
VALUES (%(id)s, %(type)s, %(intent_ref)s)
ON CONFLICT (id) DO NOTHING
RETURNING id
