-- The bank asks the buyer something: the hold lives on, and once so long that there is time to answer.
-- Inputs   id, attempt, seconds (at most so long from now; never longer than the hold itself was)
-- Outputs  expires_at, and whether this made it later; no row where that attempt is over
-- Invariant  only the attempt that was asked goes back, or a living hold that the client pays by itself. A hold is
--            extended once, by a bounded time: nobody keeps seats by asking banks.
with asked as (
    select b.id, b.expires_at as ended_at,
           greatest(b.expires_at, clock_timestamp() + least(b.expires_at - b.created_at,
                                                            make_interval(secs => %(seconds)s))) as later
      from booking.bookings b
     where b.id = %(id)s and b.attempt = %(attempt)s
       and (b.status = 'paying' or (b.status = 'in_progress' and b.expires_at > clock_timestamp()))
     for no key update of b
)
update booking.bookings b
   set status = 'in_progress',
       expires_at = case when b.extended_at is null then asked.later else b.expires_at end,
       extended_at = coalesce(b.extended_at, case when asked.later > b.expires_at then clock_timestamp() end)
  from asked where b.id = asked.id
returning b.expires_at, b.expires_at > asked.ended_at as is_extended;
