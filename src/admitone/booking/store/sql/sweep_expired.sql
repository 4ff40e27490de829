-- The bookings whose time passed since the last sweep, each seen once; moves the mark.
-- Outputs  id, event_id, status of those that are not over yet
-- Invariant  the mark stays a second behind, so that no commit in flight is passed by.
with moved as (
    insert into booking.sweeps as s (swept_to) values (clock_timestamp() - interval '1 second')
    on conflict (only_row) do update
       set swept_from = s.swept_to, swept_to = greatest(s.swept_to, excluded.swept_to)
    returning swept_from, swept_to
)
select b.id, b.event_id, b.status
  from moved join booking.bookings b
    on b.expires_at > moved.swept_from and b.expires_at <= moved.swept_to and b.status in ('in_progress', 'paying');
