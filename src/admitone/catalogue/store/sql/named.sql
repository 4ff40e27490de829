-- name: scan_named_ids
-- Purpose: read a range of the ids of all performers and venues in order, to build an index.
-- Inputs: after_id, limit.  Outputs: id each, in order.
(SELECT id FROM catalogue.performers WHERE id > %(after_id)s ORDER BY id LIMIT %(limit)s)
UNION
(SELECT id FROM catalogue.venues WHERE id > %(after_id)s ORDER BY id LIMIT %(limit)s)
ORDER BY id
LIMIT %(limit)s;
