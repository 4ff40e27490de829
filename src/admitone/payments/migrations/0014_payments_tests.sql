-- Trials of the payment keys: an intent that is authorized where no money moves, and cancelled at once. No booking, no
-- ledger entry. `provider_ref` is null until the intent exists; `heard_at`: when a webhook first told of it.
CREATE TABLE payments.payment_tests (
    id text PRIMARY KEY,
    organization_id text NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    is_live boolean NOT NULL,
    provider_ref text UNIQUE,
    steps jsonb NOT NULL DEFAULT '[]',
    created_at timestamptz NOT NULL,
    ended_at timestamptz,
    heard_at timestamptz,
    heard_type text
);

CREATE INDEX payment_tests_organization ON payments.payment_tests (organization_id, created_at);

-- The simulated processor's books: intents that belong to no booking.
ALTER TABLE simulated_processor.intents ADD COLUMN is_test boolean NOT NULL DEFAULT false;
