-- Purpose: one event, whoever owns it, published or not: what is sold under which terms.
-- Inputs: id.  Outputs: record (JSON).
SELECT to_json(found)::text AS record
FROM catalogue.events AS found
WHERE id = %(id)s
