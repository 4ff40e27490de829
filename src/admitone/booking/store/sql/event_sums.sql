-- Sums over the bookings of several events.

-- name: sum_events
-- What was bought and stands of several events of an organization.
-- Inputs   event_ids, organization_id
-- Outputs  event_id, capacity, currency, bookings, tickets, total (discounts off, fees and booking fees included);
--          none of events that were never published
select s.event_id, s.capacity, s.terms ->> 'currency' as currency, sold.bookings, sold.tickets, sold.total
  from booking.sales s
 cross join lateral (
    select count(*)::int as bookings,
           coalesce(sum(cardinality(b.indexes) - cardinality(b.refunded)), 0)::int as tickets,
           coalesce(sum(b.fees + (
               -- The fees of a booking are its tickets' and its own: those of refunded tickets come off.
               select coalesce(sum(case when (t ->> 0)::int = any(b.refunded) then -(t ->> 6)::bigint
                                        else (t ->> 5)::bigint - coalesce((t ->> 10)::bigint, 0) end), 0)
                 from json_array_elements(b.tickets) t)), 0)::bigint as total
      from booking.bookings b
     where b.event_id = s.event_id and b.organization_id = s.organization_id
       and b.status in ('confirmed', 'partially_refunded')
 ) sold
 where s.event_id = any(%(event_ids)s::text[]) and s.organization_id = %(organization_id)s
 order by s.event_id;
