-- What every booking pays once, beside the fees of its tickets. The default is constant: no row is rewritten.
ALTER TABLE catalogue.events
    ADD COLUMN booking_fee bigint NOT NULL DEFAULT 0 CHECK (booking_fee >= 0);
