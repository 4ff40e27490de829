-- The bookings of before, while others write: millions of rows take seconds. A booking that changes at this moment may get
-- a row for a state that it has left; whoever reads the table compares the booking's own state.
insert into booking.ended_bookings (organization_id, status, booking_id, event_id)
select organization_id, status, id, event_id from booking.bookings
 where status not in ('in_progress', 'paying', 'confirmed')
    on conflict do nothing;

drop index booking.bookings_due;
drop index booking.bookings_by_status;
