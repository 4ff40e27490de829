-- A hold at another price, because of a promo code.
-- Inputs   id, tickets (json), subtotal, fees, promo_id, promo_code
-- Outputs  its id; no row where it is over, or may be at the processor with its old price
update booking.bookings
   set tickets = %(tickets)s::json, subtotal = %(subtotal)s, fees = %(fees)s, promo_id = %(promo_id)s,
       promo_code = %(promo_code)s
 where id = %(id)s and status = 'in_progress' and attempt = 0 and promo_id is null and expires_at > clock_timestamp()
returning id;
