-- Purpose: a seat map of an organization, locked until the transaction ends.
-- Inputs: organization_id, id.  Outputs: record (JSON), plan_gzip.
SELECT
    json_build_object(
        'id', id, 'organization_id', organization_id, 'revision', revision, 'name', name,
        'seat_count', seat_count, 'sections', sections, 'categories', categories,
        'sort_key', sort_key, 'search_key', search_key, 'created_at', created_at, 'updated_at', updated_at
    )::text AS record,
    plan_gzip
FROM catalogue.seat_maps
WHERE organization_id = %(organization_id)s AND id = %(id)s
FOR UPDATE
