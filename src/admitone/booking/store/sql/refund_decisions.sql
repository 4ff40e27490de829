-- name: insert_decision
-- Record who decides a refund, before the refund is made in the same transaction.
-- Inputs   id, booking_id, made_by (buyer | organizer), indexes
-- Outputs  its id; no row where the same request made it before
-- Invariant  a request decides once: a repetition waits here until the first one has committed.
insert into booking.refund_decisions (id, booking_id, made_by, indexes)
values (%(id)s, %(booking_id)s, %(made_by)s, %(indexes)s::int[])
on conflict (id) do nothing returning id;


-- name: list_decisions
-- Who decided the refunds of a booking.
-- Inputs   booking_id
-- Outputs  id, made_by
select id, made_by from booking.refund_decisions where booking_id = %(booking_id)s;
