-- Whole pages are authorized, then captured, in one statement each: their rows stay in the page, no index is touched.
ALTER TABLE payments.payments SET (fillfactor = 45);
ALTER TABLE simulated_processor.intents SET (fillfactor = 45);
