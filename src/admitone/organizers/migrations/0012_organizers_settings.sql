-- What an organization tells buyers about itself. NULL: nothing. `currencies`: those that its events may be priced in;
-- NULL: every currency.
CREATE TABLE organizers.settings (
    organization_id text PRIMARY KEY REFERENCES organizers.organizations (id),
    logo_url text CHECK (logo_url LIKE '/pictures/%'),
    imprint text CHECK (imprint <> ''),
    privacy text CHECK (privacy <> ''),
    currencies text[] CHECK (cardinality(currencies) > 0)
);

-- The third part of the address is the picture's id.
CREATE INDEX settings_of_logo ON organizers.settings (split_part(logo_url, '/', 3)) WHERE logo_url IS NOT NULL;

-- Versions of the terms of sale: an address on the organizer's site, or the words themselves; neither: from then on
-- there are none. A version is never changed: buyers have agreed to it.
CREATE TABLE organizers.terms (
    id text PRIMARY KEY,
    organization_id text NOT NULL REFERENCES organizers.organizations (id),
    number integer NOT NULL CHECK (number > 0),
    url text,
    body text CHECK (body <> ''),
    published_at timestamptz NOT NULL,
    UNIQUE (organization_id, number),
    CHECK (url IS NULL OR body IS NULL)
);

CREATE FUNCTION organizers.refuse_change_of_terms() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a version of the terms is never changed or removed';
END
$$;

CREATE TRIGGER terms_are_kept BEFORE UPDATE OR DELETE ON organizers.terms
FOR EACH ROW EXECUTE FUNCTION organizers.refuse_change_of_terms();

-- The version that the buyer of a booking agreed to, and when they last pressed the button that says so.
CREATE TABLE organizers.agreements (
    booking_id text PRIMARY KEY,
    terms_id text NOT NULL REFERENCES organizers.terms (id),
    agreed_at timestamptz NOT NULL
);
