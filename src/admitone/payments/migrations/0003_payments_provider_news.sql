-- What happens on the provider's side: its events, disputes, refunds that fail later, and comparing the books.

-- Attempt 0 is the client's own: an intent that was prepared for it to confirm with the provider.
ALTER TABLE payments.payments DROP CONSTRAINT payments_attempt_check;
ALTER TABLE payments.payments ADD CONSTRAINT payments_attempt_check CHECK (attempt >= 0);

-- To compare by time of creation. BRIN: rows come in that order, and an insert costs next to nothing.
CREATE INDEX payments_created ON payments.payments USING brin (created_at) WITH (pages_per_range = 32);

-- A refund may fail after it succeeded (a closed account, days later). `is_outside`: made on the provider's side.
ALTER TABLE payments.refunds DROP CONSTRAINT refunds_status_check;
ALTER TABLE payments.refunds ADD CONSTRAINT refunds_status_check
    CHECK (status IN ('pending', 'succeeded', 'refused', 'failed'));
ALTER TABLE payments.refunds ADD COLUMN is_outside boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX refunds_provider_ref ON payments.refunds (provider_ref);

CREATE TABLE payments.disputes (
    id text PRIMARY KEY,
    booking_id text NOT NULL,
    attempt integer NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL,
    status text NOT NULL CHECK (status IN ('open', 'lost', 'won')),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (booking_id, attempt) REFERENCES payments.payments
);

CREATE INDEX disputes_booking ON payments.disputes (booking_id);

-- Inbox: an event is stored once by the provider's id, whatever is delivered again. `intent_ref` null: not for us.
CREATE TABLE payments.provider_events (
    id text PRIMARY KEY,
    type text NOT NULL,
    intent_ref text,
    received_at timestamptz NOT NULL DEFAULT now(),
    followed_at timestamptz
);

-- How far the two books were compared, in one row.
CREATE TABLE payments.reconciliations (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    compared_to timestamptz NOT NULL
);

ALTER TABLE payments.ledger_transactions DROP CONSTRAINT ledger_transactions_kind_check;
ALTER TABLE payments.ledger_transactions ADD CONSTRAINT ledger_transactions_kind_check CHECK (kind IN (
    'sale', 'capture', 'refund', 'unpaid', 'refund_failed', 'dispute', 'dispute_won', 'dispute_lost'
));

-- The simulated processor's books, likewise.
ALTER TABLE simulated_processor.intents ADD COLUMN is_disputed boolean NOT NULL DEFAULT false;
CREATE INDEX intents_created ON simulated_processor.intents USING brin (created_at) WITH (pages_per_range = 32);
ALTER TABLE simulated_processor.refunds ADD COLUMN reference text;
ALTER TABLE simulated_processor.refunds ADD COLUMN status text NOT NULL DEFAULT 'succeeded'
    CHECK (status IN ('succeeded', 'failed'));
CREATE INDEX refunds_intent ON simulated_processor.refunds (intent_id);
CREATE TABLE simulated_processor.disputes (
    id text PRIMARY KEY,
    intent_id text NOT NULL REFERENCES simulated_processor.intents,
    amount bigint NOT NULL CHECK (amount > 0),
    status text NOT NULL CHECK (status IN ('open', 'lost', 'won'))
);
