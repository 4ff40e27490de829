-- Money: payments by (booking, attempt), refunds, and a double-entry ledger that can only grow.

CREATE SCHEMA payments;

-- One row a try. It exists before the provider is asked, and holds the provider's id before that is confirmed,
-- so that a crash at any point leaves something to ask about. fillfactor: each row is updated in place twice.
CREATE TABLE payments.payments (
    booking_id text NOT NULL,
    attempt integer NOT NULL CHECK (attempt >= 1),
    provider text NOT NULL,
    provider_ref text,
    payment_method text,
    amount bigint NOT NULL CHECK (amount > 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    status text NOT NULL CHECK (status IN (
        'created', 'action_required', 'processing', 'declined', 'authorized', 'captured', 'voided',
        'partially_refunded', 'refunded'
    )),
    decline_code text,
    message text,
    next_action jsonb,
    refund_reserved bigint NOT NULL DEFAULT 0 CHECK (refund_reserved BETWEEN 0 AND amount),
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (booking_id, attempt),
    CHECK (provider_ref IS NOT NULL OR status IN ('created', 'declined', 'voided')),
    CHECK (refund_reserved = 0 OR status IN ('captured', 'partially_refunded', 'refunded'))
) WITH (fillfactor = 70);

CREATE UNIQUE INDEX payments_provider_ref ON payments.payments (provider_ref);

CREATE TABLE payments.refunds (
    id text PRIMARY KEY,
    booking_id text NOT NULL,
    attempt integer NOT NULL,
    amount bigint NOT NULL CHECK (amount > 0),
    fees bigint NOT NULL CHECK (fees BETWEEN 0 AND amount),
    currency text NOT NULL,
    status text NOT NULL CHECK (status IN ('pending', 'succeeded', 'refused')),
    provider_ref text,
    refusal text,
    created_at timestamptz NOT NULL DEFAULT now(),
    updated_at timestamptz NOT NULL DEFAULT now(),
    FOREIGN KEY (booking_id, attempt) REFERENCES payments.payments,
    CHECK ((status = 'refused') = (refusal IS NOT NULL))
);

CREATE INDEX refunds_booking ON payments.refunds (booking_id);

-- The id says what was recorded (`<booking>:sale`, `<booking>:capture`, `<refund>:refund`): once, by primary key.
CREATE TABLE payments.ledger_transactions (
    id text PRIMARY KEY,
    kind text NOT NULL CHECK (kind IN ('sale', 'capture', 'refund')),
    booking_id text NOT NULL,
    organization_id text,
    event_id text,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CHECK (kind <> 'sale' OR (organization_id IS NOT NULL AND event_id IS NOT NULL))
);

-- Debit is positive, credit negative, minor units.
CREATE TABLE payments.ledger_entries (
    transaction_id text NOT NULL,
    line smallint NOT NULL,
    account text NOT NULL,
    amount bigint NOT NULL CHECK (amount <> 0),
    currency text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    PRIMARY KEY (transaction_id, line)
);

-- A trigger a statement, not a row: every statement must leave its transactions balanced by itself. That is
-- stricter than a check at commit, and costs one aggregate a batch instead of one query an entry.
CREATE FUNCTION payments.check_ledger_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM written GROUP BY transaction_id, currency HAVING sum(amount) <> 0
    ) THEN
        RAISE EXCEPTION 'ledger entries do not sum to zero' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM written
        LEFT JOIN payments.ledger_transactions AS ledger_transaction ON ledger_transaction.id = transaction_id
        WHERE ledger_transaction.id IS NULL
    ) THEN
        RAISE EXCEPTION 'ledger entries without their transaction' USING ERRCODE = 'foreign_key_violation';
    END IF;
    RETURN NULL;
END
$$;

CREATE TRIGGER ledger_balance AFTER INSERT ON payments.ledger_entries
REFERENCING NEW TABLE AS written FOR EACH STATEMENT EXECUTE FUNCTION payments.check_ledger_balance();

CREATE FUNCTION payments.refuse_ledger_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: write a transaction that corrects' USING ERRCODE = 'restrict_violation';
END
$$;

CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON payments.ledger_entries
FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_ledger_change();

CREATE TRIGGER ledger_append_only BEFORE UPDATE OR DELETE ON payments.ledger_transactions
FOR EACH STATEMENT EXECUTE FUNCTION payments.refuse_ledger_change();
