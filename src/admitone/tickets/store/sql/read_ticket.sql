-- Purpose: what happened to a ticket since it was sold.
-- Inputs:  ticket_id.
-- Outputs: one row; none where nothing happened (version 1, not admitted).
-- Invariant: reads only.
SELECT version, holder_name, admitted_at, admitted_gate
FROM tickets.tickets
WHERE ticket_id = %(ticket_id)s
