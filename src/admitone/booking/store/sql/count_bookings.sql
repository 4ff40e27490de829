-- How many bookings there are on all pages; inputs as in list_bookings.
select count(*)::int as total from booking.bookings b
 where b.event_id = %(event_id)s and b.organization_id = %(organization_id)s
   and (%(status)s::text is null or b.status = %(status)s)
   and (%(pattern)s::text is null
        or lower(concat_ws(' ', b.id, b.buyer_email, b.buyer_name, b.promo_code)) like %(pattern)s);
