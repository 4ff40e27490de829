-- Purpose: refresh how many published events each performer of an organization has, after an import.
-- Inputs: organization_id.  Outputs: none.
WITH counted AS (
    SELECT performer_id, count(*)::integer AS event_count
    FROM catalogue.events, unnest(performer_ids) AS performer_id
    WHERE organization_id = %(organization_id)s AND published
    GROUP BY performer_id
)
UPDATE catalogue.performers AS performer
SET event_count = coalesce(counted.event_count, 0)
FROM catalogue.performers AS every LEFT JOIN counted ON counted.performer_id = every.id
WHERE performer.id = every.id AND every.organization_id = %(organization_id)s
    AND performer.event_count <> coalesce(counted.event_count, 0)
