-- How often codes are used now: bookings that are held, being paid or bought.
select promo_id, count(*)::int as uses from booking.bookings
 where promo_id = any(%(ids)s::text[]) and status in ('in_progress', 'paying', 'confirmed', 'partially_refunded')
 group by promo_id;
