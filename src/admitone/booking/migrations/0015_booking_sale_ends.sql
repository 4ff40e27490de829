-- Without `off_sale_at` a sale closes when the event is over, no longer when it starts: the rule of
-- catalogue.contracts.sale_end, applied to sales whose terms were stored before it.
update booking.sales
   set off_sale_at = coalesce((terms ->> 'ends_at')::timestamptz, (terms ->> 'starts_at')::timestamptz + interval '3 hours')
 where terms ->> 'off_sale_at' is null and terms ->> 'starts_at' is not null;
