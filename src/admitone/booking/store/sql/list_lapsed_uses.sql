-- Holds with a promo code whose time has passed and which the sweeper has not ended yet.
select id from booking.bookings
 where promo_id = %(promo_id)s and status = 'in_progress' and expires_at <= clock_timestamp();
