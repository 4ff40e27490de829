-- Purpose: what a door without a network must know beyond the codes themselves.
-- Inputs:  event_id.
-- Outputs: tickets that were transferred or admitted, in index order, and under which booking.
-- Invariant: reads only.
SELECT index, booking_id, version, admitted_at
FROM tickets.tickets
WHERE event_id = %(event_id)s AND (version > 1 OR admitted_at IS NOT NULL)
ORDER BY index
