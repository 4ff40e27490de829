-- Remember bookings whose time passed while they were being paid.
insert into booking.overdue (booking_id) select unnest(%(ids)s::text[]) on conflict do nothing;
