-- The same row, locked: checkouts that use it wait for the change.
select * from booking.promo_codes where organization_id = %(organization_id)s and id = %(id)s for no key update;
