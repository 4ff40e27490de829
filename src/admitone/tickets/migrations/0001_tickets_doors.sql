-- What happened to a ticket after it was sold. A row exists once something did: a transfer, or the door.

CREATE SCHEMA tickets;

CREATE TABLE tickets.tickets (
    ticket_id text PRIMARY KEY,
    event_id text NOT NULL,
    index integer NOT NULL CHECK (index >= 0),
    -- Grows with every transfer; codes and links of an older version are dead.
    version integer NOT NULL DEFAULT 1 CHECK (version >= 1),
    holder_name text,
    admitted_at timestamptz,
    admitted_gate text,
    admitted_by text,
    CHECK ((admitted_at IS NULL) = (admitted_gate IS NULL)),
    CHECK ((admitted_at IS NULL) = (admitted_by IS NULL)),
    UNIQUE (event_id, index)
);
