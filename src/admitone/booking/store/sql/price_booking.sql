-- A hold at another price, because a promo code is applied, changed or removed.
-- Inputs   id, tickets (json), subtotal, fees, promo_id, promo_code (null: none), before (the code it was priced from)
-- Outputs  its id; no row where it is over, has another code by now, or may be at the processor with its old price
update booking.bookings
   set tickets = %(tickets)s::json, subtotal = %(subtotal)s, fees = %(fees)s, promo_id = %(promo_id)s::text,
       promo_code = %(promo_code)s::text
 where id = %(id)s and status = 'in_progress' and attempt = 0 and promo_code is not distinct from %(before)s::text
   and expires_at > clock_timestamp()
returning id;
