-- name: read_mail_identity
-- Purpose: how the mails of an organization introduce it.
-- Inputs: organization_id.  Outputs: name (of the organization), sender_name, accent, reply_to, page_path (null: nothing is on its page).
SELECT
    organization.name, identity.sender_name, identity.accent, identity.reply_to,
    CASE WHEN settings.imprint IS NOT NULL OR settings.privacy IS NOT NULL OR EXISTS (
        SELECT FROM organizers.terms WHERE terms.organization_id = organization.id
    ) THEN '/o/' || organization.id END AS page_path
FROM organizers.organizations AS organization
LEFT JOIN organizers.mail_identities AS identity ON identity.organization_id = organization.id
LEFT JOIN organizers.settings ON settings.organization_id = organization.id
WHERE organization.id = %(organization_id)s;


-- name: read_pending_reply_address
-- Purpose: the address for replies that awaits its confirmation.
-- Inputs: organization_id, now.  Outputs: pending_reply_to.
SELECT pending_reply_to
FROM organizers.mail_identities
WHERE organization_id = %(organization_id)s AND pending_until > %(now)s;


-- name: write_mail_identity
-- Purpose: change the sender's name and the colour.
-- Inputs: organization_id, sender_name, accent.  Outputs: none.
INSERT INTO organizers.mail_identities (organization_id, sender_name, accent)
VALUES (%(organization_id)s, %(sender_name)s, %(accent)s)
ON CONFLICT (organization_id) DO UPDATE
SET sender_name = excluded.sender_name, accent = excluded.accent;


-- name: ask_reply_address
-- Purpose: record an address for replies that awaits its confirmation, within a limit a day.
-- Inputs: organization_id, email, code_hash, until, now, day_ago, count_max.
-- Outputs: rowcount 0 where the organization has asked too often.
INSERT INTO organizers.mail_identities AS identity
    (organization_id, pending_reply_to, pending_code_hash, pending_until, asked_since, asked_count)
VALUES (%(organization_id)s, %(email)s, %(code_hash)s, %(until)s, %(now)s, 1)
ON CONFLICT (organization_id) DO UPDATE
SET pending_reply_to = excluded.pending_reply_to,
    pending_code_hash = excluded.pending_code_hash,
    pending_until = excluded.pending_until,
    asked_since = CASE WHEN identity.asked_since > %(day_ago)s THEN identity.asked_since ELSE excluded.asked_since END,
    asked_count = CASE WHEN identity.asked_since > %(day_ago)s THEN identity.asked_count + 1 ELSE 1 END
WHERE identity.asked_since IS NULL OR identity.asked_since <= %(day_ago)s OR identity.asked_count < %(count_max)s;


-- name: confirm_reply_address
-- Purpose: use the address from now on.
-- Inputs: organization_id, code_hash, now.
-- Outputs: reply_to; no row where the code is unknown, was used, has expired or is another organization's.
UPDATE organizers.mail_identities
SET reply_to = pending_reply_to, pending_reply_to = NULL, pending_code_hash = NULL, pending_until = NULL
WHERE organization_id = %(organization_id)s AND pending_code_hash = %(code_hash)s AND pending_until > %(now)s
RETURNING reply_to;


-- name: remove_reply_address
-- Purpose: forget the address for replies, also one that awaits its confirmation.
-- Inputs: organization_id.  Outputs: none.
UPDATE organizers.mail_identities
SET reply_to = NULL, pending_reply_to = NULL, pending_code_hash = NULL, pending_until = NULL
WHERE organization_id = %(organization_id)s;
