-- Purpose: a stretch of all published events in id order, for building an index.
-- Inputs: after_id, limit.  Outputs: record (JSON) each, in id order.
SELECT to_json(found)::text AS record
FROM catalogue.events AS found
WHERE id > %(after_id)s AND published
ORDER BY id
LIMIT %(limit)s
