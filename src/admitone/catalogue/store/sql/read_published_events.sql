-- Purpose: the events among some ids that everybody may see.
-- Inputs: ids (text[]).  Outputs: record (JSON) each, in no order.
SELECT to_json(found)::text AS record
FROM catalogue.events AS found
WHERE id = ANY(%(ids)s) AND published
