-- The simulated processor's own books, as if it were another company's: no other slice or schema reads them.

CREATE SCHEMA simulated_processor;

-- The id is a function of the key of the creating request, which makes the primary key its idempotency record.
-- `confirm_*` keep the first answer to the confirmation, to be replayed by its key.
CREATE TABLE simulated_processor.intents (
    id text PRIMARY KEY,
    reference text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    status text NOT NULL CHECK (status IN (
        'requires_payment_method', 'requires_action', 'requires_capture', 'succeeded', 'canceled'
    )),
    payment_method text,
    decline_code text,
    confirm_key text,
    confirm_status text,
    capture_key text,
    cancel_key text,
    amount_refunded bigint NOT NULL DEFAULT 0,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (amount_refunded BETWEEN 0 AND amount),
    CHECK (amount_refunded = 0 OR status = 'succeeded'),
    CHECK ((confirm_key IS NULL) = (confirm_status IS NULL)),
    CHECK (status <> 'succeeded' OR capture_key IS NOT NULL)
) WITH (fillfactor = 70);

CREATE TABLE simulated_processor.refunds (
    key text PRIMARY KEY,
    id text NOT NULL,
    intent_id text NOT NULL REFERENCES simulated_processor.intents,
    amount bigint NOT NULL CHECK (amount > 0),
    created_at timestamptz NOT NULL DEFAULT now()
);
