-- Purpose: remove a performer.
-- Inputs: organization_id, id.  Outputs: rowcount.
DELETE FROM catalogue.performers
WHERE organization_id = %(organization_id)s AND id = %(id)s
