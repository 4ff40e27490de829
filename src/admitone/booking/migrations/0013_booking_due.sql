-- The sweeper finds bookings that are due by an index of those that are not over, not by the time of its last sweep.
-- A clock that jumped forward and back had carried that time past bookings, and nothing ended them.
create index bookings_due on booking.bookings (expires_at) where status in ('in_progress', 'paying');
drop index booking.bookings_by_expiry;
-- booking.sweeps, the time of the last sweep, stays for the release before this one.
