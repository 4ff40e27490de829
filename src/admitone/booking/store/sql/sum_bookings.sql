-- The bookings of one event that were bought, by hour (UTC), promo code and how they were paid; also those given back since.
-- Inputs   event_id, organization_id
-- Outputs  hour, promo_code, payment (online, or that of the counter), bookings, tickets, refunded_tickets, total (as it was paid), booking_fees (of those that
--          stand: what the fees are above the tickets')
select date_trunc('hour', b.confirmed_at, 'UTC') as hour, b.promo_code,
       coalesce(b.counter_payment, 'online') as payment, count(*)::int as bookings,
       sum(cardinality(b.indexes))::int as tickets, sum(cardinality(b.refunded))::int as refunded_tickets,
       sum(b.subtotal + b.fees)::bigint as total,
       (coalesce(sum(b.fees - (select sum((t ->> 6)::bigint) from json_array_elements(b.tickets) t))
                 filter (where b.status <> 'refunded'), 0))::bigint as booking_fees
  from booking.bookings b
 where b.event_id = %(event_id)s and b.organization_id = %(organization_id)s
   and b.status in ('confirmed', 'partially_refunded', 'refunded')
 group by 1, 2, 3 order by 1, 2, 3;
