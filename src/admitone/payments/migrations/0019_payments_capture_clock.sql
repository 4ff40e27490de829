-- Until when the oldest authorization must be captured, in one row: the worker measures it, screens and checks read it.
-- `waiting`: authorizations that are not captured. `took_seconds`: the measurement decides when the next one is due.
CREATE TABLE payments.capture_clock (
    only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
    measured_at timestamptz NOT NULL,
    took_seconds real NOT NULL,
    waiting bigint NOT NULL,
    oldest_at timestamptz
);
