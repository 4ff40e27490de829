-- The bookings whose time passed since the last sweep, each seen once; moves the mark.
-- Outputs  id, status of those that are not over yet
-- Invariant  the mark stays a second behind, so that no commit in flight is passed by.
with mark as (
    select swept_to, greatest(swept_to, clock_timestamp() - interval '1 second') as upto
    from booking.sweeps for update
),
moved as (
    update booking.sweeps set swept_to = mark.upto from mark returning mark.swept_to as since, mark.upto
)
select b.id, b.event_id, b.status from moved join booking.bookings b
    on b.expires_at > moved.since and b.expires_at <= moved.upto and b.status in ('in_progress', 'paying');
