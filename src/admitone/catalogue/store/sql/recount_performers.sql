-- Purpose: refresh how many published events some performers have.
-- Inputs: organization_id, ids (text[]).  Outputs: none.
UPDATE catalogue.performers AS performer
SET event_count = (
    SELECT count(*) FROM catalogue.events
    WHERE performer_ids @> ARRAY[performer.id] AND published
)
WHERE organization_id = %(organization_id)s AND id = ANY(%(ids)s)
