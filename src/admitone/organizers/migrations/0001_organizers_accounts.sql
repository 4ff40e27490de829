-- Organizations, and the keys that their programs and people come with.
CREATE SCHEMA organizers;

CREATE TABLE organizers.organizations (
    id text PRIMARY KEY,
    name text NOT NULL CHECK (name <> ''),
    created_at timestamptz NOT NULL
);

-- A key is shown once, when it is made; only its SHA-256 is kept. 256 random bits need no salt and no slow hash.
CREATE TABLE organizers.api_keys (
    id text PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organizers.organizations (id),
    key_hash bytea NOT NULL UNIQUE CHECK (octet_length(key_hash) = 32),
    role text NOT NULL CHECK (role IN ('owner', 'manager', 'box_office', 'scanner')),
    label text NOT NULL,
    created_at timestamptz NOT NULL,
    revoked_at timestamptz,
    last_used_at timestamptz
);

CREATE INDEX api_keys_of_organization ON organizers.api_keys (organization_id);
