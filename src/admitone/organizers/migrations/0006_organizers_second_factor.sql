-- Codes of an authenticator app (RFC 6238) as second factor, and codes for the day that the phone is lost.
-- `totp_secret` is encrypted with a key of the installation. `totp_since`: null while the person sets it up.
-- `totp_last_step`: the last step of thirty seconds whose code was used; a code works once.
ALTER TABLE organizers.people
    ADD COLUMN totp_secret bytea,
    ADD COLUMN totp_since timestamptz,
    ADD COLUMN totp_last_step bigint;

CREATE TABLE organizers.recovery_codes (
    person_id text NOT NULL REFERENCES organizers.people (id),
    code_hash bytea NOT NULL CHECK (octet_length(code_hash) = 32),
    used_at timestamptz,
    PRIMARY KEY (person_id, code_hash)
);

-- The password was right, the code is still missing: the session opens nothing.
ALTER TABLE organizers.sessions ADD COLUMN awaits_code boolean NOT NULL DEFAULT false;
