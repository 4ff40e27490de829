-- Purpose: refresh how many published events each venue of an organization has, after an import.
-- Inputs: organization_id.  Outputs: none.
WITH counted AS (
    SELECT venue_id, count(*)::integer AS event_count
    FROM catalogue.events
    WHERE organization_id = %(organization_id)s AND published
    GROUP BY venue_id
)
UPDATE catalogue.venues AS venue
SET event_count = coalesce(counted.event_count, 0)
FROM catalogue.venues AS every LEFT JOIN counted ON counted.venue_id = every.id
WHERE venue.id = every.id AND every.organization_id = %(organization_id)s
    AND venue.event_count <> coalesce(counted.event_count, 0)
