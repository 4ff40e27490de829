-- name: scan_named_ids
-- Purpose: a stretch of the ids of all performers and venues in their order, for building an index.
-- Inputs: after_id, limit.  Outputs: id each, in order.
(SELECT id FROM catalogue.performers WHERE id > %(after_id)s ORDER BY id LIMIT %(limit)s)
UNION
(SELECT id FROM catalogue.venues WHERE id > %(after_id)s ORDER BY id LIMIT %(limit)s)
ORDER BY id
LIMIT %(limit)s;
