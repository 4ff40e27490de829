-- One promo code of an organization.
select * from booking.promo_codes where organization_id = %(organization_id)s and id = %(id)s;
