-- How bookings stand, for those who wait for their end: live, or sold. Those that came to nothing are missing.
-- Inputs   ids
select id, case when status in ('in_progress', 'paying') then 'live' else 'sold' end as state
  from booking.bookings
 where id = any(%(ids)s::text[])
   and (status in ('paying', 'confirmed', 'partially_refunded', 'refunded')
        or (status = 'in_progress' and expires_at > clock_timestamp()));
