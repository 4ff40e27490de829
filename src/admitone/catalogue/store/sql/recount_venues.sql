-- Purpose: refresh how many published events some venues have.
-- Inputs: organization_id, ids (text[]).  Outputs: none.
UPDATE catalogue.venues AS venue
SET event_count = (SELECT count(*) FROM catalogue.events WHERE venue_id = venue.id AND published)
WHERE organization_id = %(organization_id)s AND id = ANY(%(ids)s)
