-- Write a promo code anew; the caller has locked it and knows its revision.
update booking.promo_codes
   set code = %(code)s, code_key = %(code_key)s, revision = %(revision)s, percent = %(percent)s, amount = %(amount)s,
       currency = %(currency)s, event_id = %(event_id)s, uses_max = %(uses_max)s, starts_at = %(starts_at)s,
       ends_at = %(ends_at)s, updated_at = %(updated_at)s
 where organization_id = %(organization_id)s and id = %(id)s and revision = %(revision)s - 1;
