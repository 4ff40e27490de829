-- Bookings of one event whose words are not folded yet, or were other words when they were.
-- Inputs   event_id, organization_id, size
-- Outputs  booking_id, words (id, buyer, promo code)
select b.id as booking_id, concat_ws(' ', b.id, b.buyer_email, b.buyer_name, b.promo_code) as words
  from booking.bookings b
  left join booking.booking_words w on w.booking_id = b.id
 where b.event_id = %(event_id)s and b.organization_id = %(organization_id)s
   and w.source is distinct from sha256(
           convert_to(concat_ws(' ', b.id, b.buyer_email, b.buyer_name, b.promo_code), 'UTF8'))
 limit %(size)s;
