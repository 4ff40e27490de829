-- name: read_sitemap_shards
-- Purpose: find where each part of the sitemap begins: every shard_size-th event that is published and not over, or
-- performer, or venue. The parts of the union that are of another kind are not scanned.
-- Inputs: kind (event, performer, venue), now, began_after, shard_size.  Outputs: first_id, updated_at (the newest), in order.
SELECT min(id) AS first_id, max(updated_at) AS updated_at
FROM (
    SELECT id, updated_at, (row_number() OVER (ORDER BY id) - 1) / %(shard_size)s AS shard
    FROM (
        SELECT id, updated_at FROM catalogue.events
        WHERE %(kind)s::text = 'event' AND published AND coalesce(ends_at > %(now)s, sort_at > %(began_after)s)
        UNION ALL
        SELECT id, updated_at FROM catalogue.performers WHERE %(kind)s::text = 'performer'
        UNION ALL
        SELECT id, updated_at FROM catalogue.venues WHERE %(kind)s::text = 'venue'
    ) AS listed
) AS numbered
GROUP BY shard
ORDER BY shard;


-- name: read_sitemap_entries
-- Purpose: read one part of the sitemap, from an id on.
-- Inputs: kind (event, performer, venue), now, began_after, first_id, shard_size.  Outputs: id, name, updated_at, in order.
(
    SELECT id, name, updated_at FROM catalogue.events
    WHERE %(kind)s::text = 'event' AND published AND coalesce(ends_at > %(now)s, sort_at > %(began_after)s)
      AND id >= %(first_id)s
    ORDER BY id LIMIT %(shard_size)s
)
UNION ALL
(
    SELECT id, name, updated_at FROM catalogue.performers
    WHERE %(kind)s::text = 'performer' AND id >= %(first_id)s
    ORDER BY id LIMIT %(shard_size)s
)
UNION ALL
(
    SELECT id, name, updated_at FROM catalogue.venues
    WHERE %(kind)s::text = 'venue' AND id >= %(first_id)s
    ORDER BY id LIMIT %(shard_size)s
);
