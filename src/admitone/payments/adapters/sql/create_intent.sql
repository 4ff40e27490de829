-- Purpose: create one unconfirmed intent.
-- Inputs:  id, reference, amount, currency, payment_method (null: the client brings one).
-- Outputs: nothing; the caller reads it back.
-- Invariant: an id that exists is left as it is.
INSERT INTO simulated_processor.intents (id, reference, amount, currency, payment_method, status)
VALUES (%(id)s, %(reference)s, %(amount)s, %(currency)s, %(payment_method)s, 'requires_payment_method')
ON CONFLICT (id) DO NOTHING
