-- How many bookings there are on all pages; inputs as in list_bookings.
select count(*)::int as total from booking.bookings b
 where b.event_id = %(event_id)s and b.organization_id = %(organization_id)s
   and (%(status)s::text is null or b.status = %(status)s)
   and (%(folded)s::text[] is null
        or b.id in (select w.booking_id from booking.booking_words w
                     where w.event_id = %(event_id)s and w.folded like all (%(folded)s::text[])))
   and concat_ws(' ', b.id, b.buyer_email, b.buyer_name, b.promo_code) like all (%(literal)s::text[]);
