-- Purpose: what happened to a ticket since it was sold.
-- Inputs:  ticket_id, booking_id (that has it now).
-- Outputs: one row; none where nothing happened (version 1, not admitted), or only to whoever had it before.
-- Invariant: reads only.
SELECT version, holder_name, admitted_at, admitted_gate
FROM tickets.tickets
WHERE ticket_id = %(ticket_id)s AND coalesce(booking_id, %(booking_id)s) = %(booking_id)s
