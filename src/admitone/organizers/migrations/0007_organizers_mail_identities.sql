-- How the mails of an organization introduce it. Null: its name, no address for replies, no colour.
-- `pending_reply_to` becomes `reply_to` once a person opens the link that was mailed to it; only the hash of the link's
-- code is kept.
CREATE TABLE organizers.mail_identities (
    organization_id text PRIMARY KEY REFERENCES organizers.organizations (id),
    sender_name text CHECK (sender_name <> ''),
    accent text CHECK (accent ~ '^#[0-9a-f]{6}$'),
    reply_to text,
    pending_reply_to text,
    pending_code_hash bytea CHECK (octet_length(pending_code_hash) = 32),
    pending_until timestamptz,
    asked_since timestamptz,
    asked_count integer NOT NULL DEFAULT 0,
    CHECK ((pending_reply_to IS NULL) = (pending_code_hash IS NULL)),
    CHECK ((pending_reply_to IS NULL) = (pending_until IS NULL))
);
