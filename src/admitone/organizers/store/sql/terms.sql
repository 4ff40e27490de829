-- name: insert_terms
-- Purpose: publish the next version of an organization's terms.
-- Inputs: id, organization_id (locked by lock_organization), url, body, now.  Outputs: number.
INSERT INTO organizers.terms (id, organization_id, number, url, body, published_at)
SELECT %(id)s, %(organization_id)s, coalesce(max(number), 0) + 1, %(url)s, %(body)s, %(now)s
FROM organizers.terms
WHERE organization_id = %(organization_id)s
RETURNING number;


-- name: list_terms
-- Purpose: the versions of an organization's terms, the newest first.
-- Inputs: organization_id, limit.  Outputs: id, number, url, body, published_at.
SELECT id, number, url, body, published_at
FROM organizers.terms
WHERE organization_id = %(organization_id)s
ORDER BY number DESC
LIMIT %(limit)s;


-- name: read_terms
-- Purpose: one version of an organization's terms.
-- Inputs: organization_id, number.  Outputs: id, number, url, body, published_at.
SELECT id, number, url, body, published_at
FROM organizers.terms
WHERE organization_id = %(organization_id)s AND number = %(number)s;


-- name: is_terms_of
-- Purpose: whether a version is an organization's own.
-- Inputs: organization_id, id.  Outputs: a row, or none.
SELECT id
FROM organizers.terms
WHERE organization_id = %(organization_id)s AND id = %(id)s;


-- name: read_presentation
-- Purpose: how public pages introduce an organization.
-- Inputs: organization_id.
-- Outputs: name, logo_url, has_texts (imprint or privacy), terms_id, terms_number, terms_url (of the current version, if there are terms).
SELECT
    organization.name, settings.logo_url,
    settings.imprint IS NOT NULL OR settings.privacy IS NOT NULL AS has_texts,
    current.id AS terms_id, current.number AS terms_number, current.url AS terms_url
FROM organizers.organizations AS organization
LEFT JOIN organizers.settings ON settings.organization_id = organization.id
LEFT JOIN LATERAL (
    SELECT * FROM organizers.terms WHERE organization_id = organization.id ORDER BY number DESC LIMIT 1
) AS current ON current.url IS NOT NULL OR current.body IS NOT NULL
WHERE organization.id = %(organization_id)s;


-- name: record_agreements
-- Purpose: what the buyers of bookings agreed to; the last press of the button counts.
-- Inputs: booking_ids, terms_ids (text[], pairs; each booking once), now.  Outputs: none.
INSERT INTO organizers.agreements (booking_id, terms_id, agreed_at)
SELECT given.booking_id, given.terms_id, %(now)s
FROM unnest(%(booking_ids)s::text[], %(terms_ids)s::text[]) AS given (booking_id, terms_id)
ORDER BY given.booking_id
ON CONFLICT (booking_id) DO UPDATE SET terms_id = excluded.terms_id, agreed_at = excluded.agreed_at;


-- name: read_agreement
-- Purpose: what the buyer of a booking agreed to.
-- Inputs: organization_id, booking_id.  Outputs: number, url, agreed_at.
SELECT terms.number, terms.url, agreements.agreed_at
FROM organizers.agreements
JOIN organizers.terms ON terms.id = agreements.terms_id
WHERE agreements.booking_id = %(booking_id)s AND terms.organization_id = %(organization_id)s;


-- name: list_agreements
-- Purpose: list what the buyers of bookings agreed to.
-- Inputs: booking_ids.
-- Outputs: booking_id, organization_id, number, url, agreed_at, by booking.
SELECT agreements.booking_id, terms.organization_id, terms.number, terms.url, agreements.agreed_at
FROM organizers.agreements
JOIN organizers.terms ON terms.id = agreements.terms_id
WHERE agreements.booking_id = ANY (%(booking_ids)s::text[])
ORDER BY agreements.booking_id;
