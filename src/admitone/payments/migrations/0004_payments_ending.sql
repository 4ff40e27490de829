-- A try that we are cancelling is marked first: an authorization that arrives meanwhile is never sold on.
ALTER TABLE payments.payments DROP CONSTRAINT payments_status_check;
ALTER TABLE payments.payments ADD CONSTRAINT payments_status_check CHECK (status IN (
    'created', 'action_required', 'processing', 'ending', 'declined', 'authorized', 'captured', 'voided',
    'partially_refunded', 'refunded'
));
