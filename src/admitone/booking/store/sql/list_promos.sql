-- A page of an organization's promo codes, the newest first.
-- Inputs   organization_id, event_id (null: all; else those that this event takes), size, skip
-- Outputs  the codes, each with the total of all pages
select p.*, count(*) over () as total
  from booking.promo_codes p
 where p.organization_id = %(organization_id)s
   and (%(event_id)s::text is null or p.event_id is null or p.event_id = %(event_id)s)
 order by p.created_at desc, p.id desc limit %(size)s offset %(skip)s;
