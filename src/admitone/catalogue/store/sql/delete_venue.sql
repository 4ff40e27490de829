-- Purpose: remove a venue.
-- Inputs: organization_id, id.  Outputs: rowcount.
DELETE FROM catalogue.venues
WHERE organization_id = %(organization_id)s AND id = %(id)s
