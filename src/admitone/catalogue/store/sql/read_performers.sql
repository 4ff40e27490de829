-- Purpose: performers by id, whoever owns them: what the public sees of events refers to them.
-- Inputs: ids (text[]).  Outputs: record (JSON) each, in no order.
SELECT to_json(found)::text AS record
FROM catalogue.performers AS found
WHERE id = ANY(%(ids)s)
