-- How codes stand now.
-- Inputs   ids
-- Outputs  id, revision, is_valid (by this server's clock), is_used_up
-- Invariant  a use is a booking that is not over; one whose time has passed counts until it is ended, because its
--          payment may be beginning in this moment. Counting stops at the limit.
select p.id, p.revision,
       coalesce(p.starts_at, '-infinity') <= clock_timestamp()
         and coalesce(p.ends_at, 'infinity') > clock_timestamp() as is_valid,
       p.uses_max is not null and p.uses_max <= (
           select count(*) from (
               select from booking.bookings b
                where b.promo_id = p.id and b.status in ('in_progress', 'paying', 'confirmed', 'partially_refunded')
                limit p.uses_max) used) as is_used_up
  from booking.promo_codes p where p.id = any(%(ids)s::text[]);
