-- name: read_settings
-- Purpose: what an organization tells buyers about itself.
-- Inputs: organization_id.  Outputs: name, logo_url, imprint, privacy, currencies; no row where the organization is unknown.
SELECT organization.name, settings.logo_url, settings.imprint, settings.privacy, settings.currencies
FROM organizers.organizations AS organization
LEFT JOIN organizers.settings ON settings.organization_id = organization.id
WHERE organization.id = %(organization_id)s;


-- name: write_settings
-- Purpose: replace what an organization tells buyers about itself.
-- Inputs: organization_id, logo_url, imprint, privacy, currencies (null: every currency).  Outputs: none.
INSERT INTO organizers.settings (organization_id, logo_url, imprint, privacy, currencies)
VALUES (%(organization_id)s, %(logo_url)s, %(imprint)s, %(privacy)s, %(currencies)s)
ON CONFLICT (organization_id) DO UPDATE
SET logo_url = excluded.logo_url, imprint = excluded.imprint, privacy = excluded.privacy,
    currencies = excluded.currencies;


-- name: find_logos
-- Purpose: those of these pictures that are logos.
-- Inputs: picture_ids (text[]).  Outputs: picture_id.
SELECT DISTINCT split_part(logo_url, '/', 3) AS picture_id
FROM organizers.settings
WHERE logo_url IS NOT NULL AND split_part(logo_url, '/', 3) = ANY(%(picture_ids)s);
