-- Accounts at an OpenID Connect provider by which people sign in. The subject is the provider's own id of a person: it
-- stays when an address goes to another person.
CREATE TABLE organizers.provider_accounts (
    issuer text NOT NULL CHECK (issuer <> ''),
    subject text NOT NULL CHECK (subject <> '' AND length(subject) <= 255),
    person_id text NOT NULL REFERENCES organizers.people (id),
    created_at timestamptz NOT NULL,
    PRIMARY KEY (issuer, subject),
    UNIQUE (issuer, person_id)
);

CREATE INDEX provider_accounts_of_person ON organizers.provider_accounts (person_id);
