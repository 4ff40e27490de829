-- Bookings of one event, the newest first (ids are ordered by time).
-- Inputs   event_id, organization_id, status (null: any), before_id (null: from the newest), size, skip,
--          folded (null: any; LIKE patterns that all match the folded words), literal (LIKE patterns that all match
--          id, buyer and code as they are: signs that folding leaves out)
select b.* from booking.bookings b
 where b.event_id = %(event_id)s and b.organization_id = %(organization_id)s
   and (%(status)s::text is null or b.status = %(status)s)
   and (%(folded)s::text[] is null
        or b.id in (select w.booking_id from booking.booking_words w
                     where w.event_id = %(event_id)s and w.folded like all (%(folded)s::text[])))
   and concat_ws(' ', b.id, b.buyer_email, b.buyer_name, b.promo_code) like all (%(literal)s::text[])
   and (%(before_id)s::text is null or b.id < %(before_id)s)
 order by b.id desc limit %(size)s offset %(skip)s;
