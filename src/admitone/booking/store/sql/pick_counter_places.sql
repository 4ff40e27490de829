-- Places of a general-admission section that the organizer can sell now, the last first: buyers take the first.
-- Inputs   event_id, area_id, first_state ('a' or 'k': which of the two are taken before the others), quantity
-- Outputs  their indexes, of claims that have ended only when no others are left. Nothing is locked.
select t.index from booking.tickets t
  left join booking.bookings h on t.state = 'c' and h.id = t.booking_id
 where t.event_id = %(event_id)s and t.area_id = %(area_id)s and t.level_id <> ''
   and (t.state in ('a', 'k') or h.status in ('expired', 'released', 'failed')
        or (h.status = 'in_progress' and h.expires_at <= clock_timestamp()))
 order by t.state <> %(first_state)s::"char", t.state = 'c', t.index desc
 limit %(quantity)s;
