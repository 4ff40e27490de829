-- Passkeys (WebAuthn): public keys by which people sign in. The private keys never leave their authenticators.
-- `sign_count`: as the authenticator counted last; 0 for those that do not count.
CREATE TABLE organizers.passkeys (
    id text PRIMARY KEY,
    person_id text NOT NULL REFERENCES organizers.people (id),
    credential_id bytea NOT NULL UNIQUE CHECK (octet_length(credential_id) BETWEEN 1 AND 1023),
    public_key bytea NOT NULL CHECK (octet_length(public_key) BETWEEN 1 AND 4096),
    sign_count bigint NOT NULL CHECK (sign_count >= 0),
    name text NOT NULL CHECK (name <> ''),
    created_at timestamptz NOT NULL,
    last_used_at timestamptz
);

CREATE INDEX passkeys_of_person ON organizers.passkeys (person_id);

-- Challenges are signed, not stored; one that a valid answer used is remembered until it would expire.
CREATE TABLE organizers.used_challenges (
    challenge_hash bytea PRIMARY KEY CHECK (octet_length(challenge_hash) = 32),
    expires_at timestamptz NOT NULL
);

CREATE INDEX used_challenges_by_end ON organizers.used_challenges (expires_at);
