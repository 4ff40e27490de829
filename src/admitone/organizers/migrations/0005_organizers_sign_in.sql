-- Sign-in by password, and what is counted against guessing.
ALTER TABLE organizers.people ADD COLUMN password_hash text CHECK (password_hash <> '');

-- `bucket`: the SHA-256 of what is counted: an account, an address, an account at an address.
CREATE TABLE organizers.sign_in_attempts (
    bucket bytea PRIMARY KEY CHECK (octet_length(bucket) = 32),
    attempts integer NOT NULL CHECK (attempts > 0),
    ends_at timestamptz NOT NULL
);

CREATE INDEX sign_in_attempts_by_end ON organizers.sign_in_attempts (ends_at);
