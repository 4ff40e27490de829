-- How many codes there are on all pages.
select count(*) as total from booking.promo_codes p
 where p.organization_id = %(organization_id)s
   and (%(event_id)s::text is null or p.event_id is null or p.event_id = %(event_id)s);
