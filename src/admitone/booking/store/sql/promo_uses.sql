-- name: lock_promos
-- Serialize the uses of codes that have a limit, until this transaction ends.
-- Inputs   ids
-- Locks    promo codes in id order; always before tickets and bookings.
select id from booking.promo_codes where id = any(%(ids)s::text[]) and uses_max is not null
 order by id for no key update;


-- name: judge_promos
-- Read the current state of codes.
-- Inputs   ids
-- Outputs  id, revision, is_valid (by this server's clock), is_used_up
-- Invariant  a use is a booking that is not over; one whose time has passed counts until it is ended, because its
--          payment may begin at this moment. Counting stops at the limit.
select p.id, p.revision,
       coalesce(p.starts_at, '-infinity') <= clock_timestamp()
         and coalesce(p.ends_at, 'infinity') > clock_timestamp() as is_valid,
       p.uses_max is not null and p.uses_max <= (
           select count(*) from (
               select from booking.bookings b
                where b.promo_id = p.id and b.status in ('in_progress', 'paying', 'confirmed', 'partially_refunded')
                limit p.uses_max) used) as is_used_up
  from booking.promo_codes p where p.id = any(%(ids)s::text[]);


-- name: record_promo_uses
-- Record the codes that these bookings use.
-- Inputs   parallel arrays bookings, promos, codes
update booking.bookings b set promo_id = r.promo_id, promo_code = r.code
  from unnest(%(bookings)s::text[], %(promos)s::text[], %(codes)s::text[]) as r(id, promo_id, code)
 where b.id = r.id;


-- name: list_lapsed_uses
-- List holds with a promo code whose time has passed and which the sweeper has not ended yet.
select id from booking.bookings
 where promo_id = %(promo_id)s and status = 'in_progress' and expires_at <= clock_timestamp();
