-- Note that the last place of an event is sold: none can be had, none is held; some are sold.
-- Inputs   event_id
-- Outputs  when, in the one moment that it becomes so; no row before, and none again until places came back
--          (`count_available` forgets it then)
update booking.sales s set sold_out_at = clock_timestamp()
 where s.event_id = %(event_id)s and s.sold_out_at is null and s.open
   and exists (select from booking.tickets t where t.event_id = s.event_id and t.state = 's')
   and not exists (select from booking.tickets t where t.event_id = s.event_id and t.state in ('a', 'c'))
returning s.sold_out_at;
