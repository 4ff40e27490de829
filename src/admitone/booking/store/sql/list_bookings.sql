-- Bookings of one event, the newest first (ids are ordered by time).
-- Inputs   event_id, organization_id, status (null: any), pattern (null: any; LIKE over id, buyer and code, folded),
--          before_id (null: from the newest), size, skip
select * from booking.bookings b
 where b.event_id = %(event_id)s and b.organization_id = %(organization_id)s
   and (%(status)s::text is null or b.status = %(status)s)
   and (%(pattern)s::text is null
        or lower(concat_ws(' ', b.id, b.buyer_email, b.buyer_name, b.promo_code)) like %(pattern)s)
   and (%(before_id)s::text is null or b.id < %(before_id)s)
 order by b.id desc limit %(size)s offset %(skip)s;
