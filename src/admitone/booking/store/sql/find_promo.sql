-- The code of an organization, however it was typed.
-- Inputs   organization_id, code_key (folded)
select * from booking.promo_codes where organization_id = %(organization_id)s and code_key = %(code_key)s;
