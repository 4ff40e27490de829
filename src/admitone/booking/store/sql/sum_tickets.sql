-- The tickets of one event that are bought and stand, by price level and how they were paid. A ticket is a JSON array (StoredTicket).
-- Inputs   event_id, organization_id
-- Outputs  price_level_id, price_level, payment (online, or that of the counter), tickets, subtotal (list prices), discount, fees
select t.ticket ->> 3 as price_level_id, max(t.ticket ->> 4) as price_level,
       coalesce(b.counter_payment, 'online') as payment, count(*)::int as tickets,
       sum((t.ticket ->> 5)::bigint)::bigint as subtotal, sum(coalesce((t.ticket ->> 10)::bigint, 0))::bigint as discount,
       sum((t.ticket ->> 6)::bigint)::bigint as fees
  from booking.bookings b, lateral json_array_elements(b.tickets) as t(ticket)
 where b.event_id = %(event_id)s and b.organization_id = %(organization_id)s
   and b.status in ('confirmed', 'partially_refunded') and (t.ticket ->> 0)::int <> all(b.refunded)
 group by 1, 3 order by 1, 3;
