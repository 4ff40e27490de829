-- Purpose: remove a event.
-- Inputs: organization_id, id.  Outputs: rowcount.
DELETE FROM catalogue.events
WHERE organization_id = %(organization_id)s AND id = %(id)s
