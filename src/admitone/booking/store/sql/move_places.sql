-- Hold places back, or release them.
-- Inputs   event_id, organization_id, indexes, from_state, to_state ('a' and 'k', or 'k' and 'a')
-- Outputs  the indexes that moved
-- Invariant  what somebody has is not moved: a live hold wins.
-- Locks    tickets in (event, index) order.
with picked as (
    select t.event_id, t.index from booking.tickets t
     where t.event_id = %(event_id)s and t.index = any(%(indexes)s::int[]) and t.state = %(from_state)s::"char"
       and exists (select from booking.sales s
                    where s.event_id = t.event_id and s.organization_id = %(organization_id)s)
     order by t.event_id, t.index
     for update of t
)
update booking.tickets t set state = %(to_state)s::"char"
  from picked where t.event_id = picked.event_id and t.index = picked.index
returning t.index;
