-- Places that the new layout does not have leave the sale. Those that are claimed or sold stay with their buyers, and
-- leave it when they are given back: they have no level any more.
update booking.tickets set level_id = '', state = case when state in ('a', 'k') then 'b' else state end
 where event_id = %(event_id)s and index <> all(%(indexes)s::int[]) and (level_id <> '' or state in ('a', 'k'));
