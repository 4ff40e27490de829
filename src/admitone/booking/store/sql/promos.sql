-- name: find_promo
-- Find a code of an organization by its folded form.
-- Inputs   organization_id, code_key (folded)
select * from booking.promo_codes where organization_id = %(organization_id)s and code_key = %(code_key)s;


-- name: read_promo
-- Read one promo code of an organization.
select * from booking.promo_codes where organization_id = %(organization_id)s and id = %(id)s;


-- name: lock_promo
-- Lock the same row: checkouts that use it wait for the change.
select * from booking.promo_codes where organization_id = %(organization_id)s and id = %(id)s for no key update;


-- name: insert_promo
-- Insert a promo code.
-- Outputs  its id; no row if the organization has the code already
insert into booking.promo_codes (id, organization_id, code, code_key, revision, percent, amount, currency, event_id,
                                 uses_max, starts_at, ends_at, created_at, updated_at)
values (%(id)s, %(organization_id)s, %(code)s, %(code_key)s, %(revision)s, %(percent)s, %(amount)s, %(currency)s,
        %(event_id)s, %(uses_max)s, %(starts_at)s, %(ends_at)s, %(created_at)s, %(updated_at)s)
on conflict (organization_id, code_key) do nothing
returning id;


-- name: update_promo
-- Replace a promo code; the caller has locked it and knows its revision.
update booking.promo_codes
   set code = %(code)s, code_key = %(code_key)s, revision = %(revision)s, percent = %(percent)s, amount = %(amount)s,
       currency = %(currency)s, event_id = %(event_id)s, uses_max = %(uses_max)s, starts_at = %(starts_at)s,
       ends_at = %(ends_at)s, updated_at = %(updated_at)s
 where organization_id = %(organization_id)s and id = %(id)s and revision = %(revision)s - 1;


-- name: delete_promo
-- Delete a promo code that no booking uses.
-- Outputs  its id; no row if a booking uses it
delete from booking.promo_codes p
 where p.organization_id = %(organization_id)s and p.id = %(id)s
   and not exists (select from booking.bookings b where b.promo_id = p.id)
returning p.id;


-- name: list_promos
-- List a page of an organization's promo codes, the newest first.
-- Inputs   organization_id, event_id (null: all; else those valid for this event), batch_id (null: all; none: of no
--          batch), size, skip
-- Outputs  the codes, each with the total of all pages
select p.*, count(*) over () as total
  from booking.promo_codes p
 where p.organization_id = %(organization_id)s
   and (%(event_id)s::text is null or p.event_id is null or p.event_id = %(event_id)s)
   and (%(batch_id)s::text is null or case %(batch_id)s when 'none' then p.batch_id is null
                                           else p.batch_id = %(batch_id)s end)
 order by p.created_at desc, p.id desc limit %(size)s offset %(skip)s;


-- name: count_promos
-- Count the codes on all pages.
select count(*) as total from booking.promo_codes p
 where p.organization_id = %(organization_id)s
   and (%(event_id)s::text is null or p.event_id is null or p.event_id = %(event_id)s)
   and (%(batch_id)s::text is null or case %(batch_id)s when 'none' then p.batch_id is null
                                           else p.batch_id = %(batch_id)s end);


-- name: count_uses
-- Count the uses of codes: bookings that are held, being paid or bought.
select promo_id, count(*)::int as uses from booking.bookings
 where promo_id = any(%(ids)s::text[]) and status in ('in_progress', 'paying', 'confirmed', 'partially_refunded')
 group by promo_id;
