-- What is paid at the organizer's counter is a payment too, captured from its first moment, at no provider.
-- (The dropped check is the one that wants a provider's id for whatever a provider has decided.)
ALTER TABLE payments.payments DROP CONSTRAINT payments_check1;
ALTER TABLE payments.payments ADD CONSTRAINT payments_provider_ref_check CHECK (
    CASE WHEN provider = 'counter' THEN provider_ref IS NULL
    ELSE provider_ref IS NOT NULL OR status IN ('created', 'declined', 'voided') END
);
