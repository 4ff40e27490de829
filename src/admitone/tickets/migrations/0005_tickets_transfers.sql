-- A transfer: a holder offers tickets to a friend by a link, and the friend accepts. Until then nothing changes at the
-- gate; acceptance gives each ticket its next version (tickets.tickets), which voids the old codes.
CREATE TABLE tickets.transfers (
    id text PRIMARY KEY,
    event_id text NOT NULL,
    booking_id text NOT NULL,        -- that bought the tickets; its buyer paid, whoever holds them
    giver_id text NOT NULL,          -- the booking, or the transfer by which the giver got them
    code_hash bytea NOT NULL UNIQUE, -- SHA-256 of the code in the offer's link
    friend text NOT NULL,            -- as the giver names them
    friend_email text,
    state text NOT NULL DEFAULT 'offered' CHECK (state IN ('offered', 'accepted', 'undone', 'lapsed')),
    created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    expires_at timestamptz NOT NULL,
    ended_at timestamptz,
    holder_name text,                -- of the person who accepted
    holder_email text,
    form_key_hash bytea,             -- of the form that accepted: sent twice, it gets the same answer
    CHECK ((state = 'offered') = (ended_at IS NULL)),
    CHECK ((state = 'accepted') = (holder_name IS NOT NULL)),
    CHECK ((holder_name IS NULL) = (holder_email IS NULL))
);

CREATE INDEX transfers_of_booking ON tickets.transfers (booking_id);

CREATE TABLE tickets.transfer_tickets (
    transfer_id text NOT NULL REFERENCES tickets.transfers ON DELETE CASCADE,
    ticket_id text NOT NULL,
    index integer NOT NULL CHECK (index >= 0),
    version integer NOT NULL CHECK (version >= 1), -- the giver's; acceptance makes the next one
    is_open boolean NOT NULL DEFAULT true,         -- its transfer is offered
    PRIMARY KEY (transfer_id, ticket_id)
);

-- A ticket is in one offer at a time.
CREATE UNIQUE INDEX transfer_tickets_open ON tickets.transfer_tickets (ticket_id) WHERE is_open;

-- What an organizer wants of transfers of an event. Without a row: allowed until the event starts.
CREATE TABLE tickets.transfer_terms (
    event_id text PRIMARY KEY,
    is_allowed boolean NOT NULL,
    ends_at timestamptz,             -- null: when the event starts
    shows_names boolean NOT NULL     -- on the tickets
);
