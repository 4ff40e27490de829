-- name: insert_note
-- Add a note to a booking.
-- Inputs   id, booking_id, organization_id, text, written_by, written_by_name, notes_max
-- Outputs  its id; no row where the note is there already, the booking is another organization's, or has `notes_max` notes
-- Invariant  a note is written once by its id, and never changed (trigger).
insert into booking.notes (id, booking_id, text, written_by, written_by_name)
select %(id)s, b.id, %(text)s, %(written_by)s, %(written_by_name)s
  from booking.bookings b
 where b.id = %(booking_id)s and b.organization_id = %(organization_id)s
   and (select count(*) from booking.notes n where n.booking_id = b.id) < %(notes_max)s
    on conflict (id) do nothing
returning id;


-- name: list_notes
-- The notes of one booking, the earliest first.
-- Inputs   booking_id
select id, booking_id, text, written_by, written_by_name, written_at from booking.notes
 where booking_id = %(booking_id)s order by written_at, id;
