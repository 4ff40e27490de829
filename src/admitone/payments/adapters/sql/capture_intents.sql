-- Purpose: take the money of many authorized intents in one commit.
-- Inputs:  arrays ids, keys.
-- Outputs: nothing; the caller reads them back.
-- Invariant: only an authorized intent is captured, once; the key that did it is kept.
UPDATE simulated_processor.intents AS intent
SET status = 'succeeded', capture_key = asked.key
FROM unnest(%(ids)s::text[], %(keys)s::text[]) AS asked (id, key)
WHERE intent.id = asked.id AND intent.status = 'requires_capture'
