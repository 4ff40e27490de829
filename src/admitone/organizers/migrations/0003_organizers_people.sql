-- People, the organizations that they belong to, their sessions in the console, and links that work once.
CREATE TABLE organizers.people (
    id text PRIMARY KEY,
    name text NOT NULL CHECK (name <> ''),
    email text CHECK (email <> ''),
    created_at timestamptz NOT NULL
);

-- One account for each address, however it is written.
CREATE UNIQUE INDEX people_by_email ON organizers.people (lower(email));

CREATE TABLE organizers.memberships (
    organization_id text NOT NULL REFERENCES organizers.organizations (id),
    person_id text NOT NULL REFERENCES organizers.people (id),
    role text NOT NULL CHECK (role IN ('owner', 'manager', 'box_office', 'finance', 'scanner')),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (organization_id, person_id)
);

CREATE INDEX memberships_of_person ON organizers.memberships (person_id);

-- The browser keeps the token; only its SHA-256 is here. `authenticated_at`: the last proof of who the person is.
CREATE TABLE organizers.sessions (
    id text PRIMARY KEY,
    person_id text NOT NULL REFERENCES organizers.people (id),
    organization_id text NOT NULL REFERENCES organizers.organizations (id),
    token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    created_at timestamptz NOT NULL,
    authenticated_at timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,
    ends_at timestamptz NOT NULL,
    ended_at timestamptz,
    address text,
    agent text NOT NULL
);

CREATE INDEX sessions_of_person ON organizers.sessions (person_id);

-- `person_id` is null where using the link creates the person.
CREATE TABLE organizers.one_time_links (
    id text PRIMARY KEY,
    token_hash bytea NOT NULL UNIQUE CHECK (octet_length(token_hash) = 32),
    purpose text NOT NULL CHECK (purpose IN ('open', 'access', 'owner', 'invitation')),
    organization_id text NOT NULL REFERENCES organizers.organizations (id),
    role text NOT NULL CHECK (role IN ('owner', 'manager', 'box_office', 'finance', 'scanner')),
    person_id text REFERENCES organizers.people (id),
    email text CHECK (email <> ''),
    created_by text,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL CHECK (expires_at > created_at),
    used_at timestamptz,
    revoked_at timestamptz
);

CREATE INDEX one_time_links_of_organization ON organizers.one_time_links (organization_id);

-- A key may read money and change nothing.
ALTER TABLE organizers.api_keys DROP CONSTRAINT api_keys_role_check;
ALTER TABLE organizers.api_keys ADD CONSTRAINT api_keys_role_check
    CHECK (role IN ('owner', 'manager', 'box_office', 'finance', 'scanner'));
