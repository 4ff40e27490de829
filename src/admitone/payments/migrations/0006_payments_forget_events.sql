-- To forget events of long ago. BRIN: they come in the order of their time, and an insert costs next to nothing.
CREATE INDEX provider_events_received ON payments.provider_events USING brin (received_at) WITH (pages_per_range = 32);
