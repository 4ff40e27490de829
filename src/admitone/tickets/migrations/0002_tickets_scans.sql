-- Every scan that let somebody in, or should not have: of doors that asked, and of doors that worked alone and hand in
-- later. Who is admitted is the first good scan by time, whatever order they come in.
CREATE TABLE tickets.scans (
    event_id text NOT NULL,          -- of the door
    device text NOT NULL,            -- '': the door asked, and the server answered
    scan_id text NOT NULL,           -- the device's own; where the door asked, the ticket's id: it was let in once
    ticket_id text,                  -- null: names no ticket of this event
    gate text NOT NULL,
    scanned_at timestamptz NOT NULL, -- by the clock of the device
    received_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    received_by text NOT NULL,       -- API key
    verdict text NOT NULL CHECK (verdict IN ('good', 'void', 'unknown')),
    reason text,
    code text,                       -- what was scanned, where it names no ticket
    digest bytea,                    -- of what the device sent under this id
    PRIMARY KEY (event_id, device, scan_id),
    CHECK ((verdict = 'good') = (reason IS NULL)),
    CHECK (verdict = 'unknown' OR ticket_id IS NOT NULL),
    CHECK ((device = '') = (digest IS NULL))
);

CREATE INDEX scans_ticket ON tickets.scans (event_id, ticket_id);

INSERT INTO tickets.scans (event_id, device, scan_id, ticket_id, gate, scanned_at, received_at, received_by, verdict)
SELECT event_id, '', ticket_id, ticket_id, admitted_gate, admitted_at, admitted_at, admitted_by, 'good'
FROM tickets.tickets WHERE admitted_at IS NOT NULL;

-- A code that was good when it was scanned stays good, though its ticket was given away since.
ALTER TABLE tickets.tickets ADD COLUMN transferred_at timestamptz;

-- The id says event and index already. As a second unique key it made two gates that scanned one ticket in the same
-- moment fail: ON CONFLICT waits at one key alone, and the insert is refused by the other.
ALTER TABLE tickets.tickets DROP CONSTRAINT tickets_event_id_index_key;
CREATE INDEX tickets_event ON tickets.tickets (event_id, index);
