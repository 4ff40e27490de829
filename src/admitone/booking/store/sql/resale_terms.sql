-- name: read_resale_terms
-- How an event takes tickets back and offers freed places; no row: the defaults.
-- Inputs   event_id
select returns, returns_until, refund_fees, waiting_list, offer_seconds, draw_at
  from booking.resale_terms where event_id = %(event_id)s;


-- name: put_resale_terms
-- Inputs   event_id, organization_id, returns, returns_until, refund_fees, waiting_list, offer_seconds, draw_at
-- Outputs  the event; no row where it is another organization's
insert into booking.resale_terms as r (event_id, returns, returns_until, refund_fees, waiting_list, offer_seconds, draw_at)
select s.event_id, %(returns)s, %(returns_until)s, %(refund_fees)s, %(waiting_list)s, %(offer_seconds)s, %(draw_at)s
  from booking.sales s where s.event_id = %(event_id)s and s.organization_id = %(organization_id)s
on conflict (event_id) do update
   set returns = excluded.returns, returns_until = excluded.returns_until, refund_fees = excluded.refund_fees,
       waiting_list = excluded.waiting_list, offer_seconds = excluded.offer_seconds,
       draw_at = excluded.draw_at, updated_at = clock_timestamp()
returning r.event_id;
