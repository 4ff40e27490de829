-- Remove a promo code that no booking names.
-- Outputs  its id; no row where one does
delete from booking.promo_codes p
 where p.organization_id = %(organization_id)s and p.id = %(id)s
   and not exists (select from booking.bookings b where b.promo_id = p.id)
returning p.id;
