-- The sold places of one event that somebody else had bought before: since when, and by whom.
-- Inputs   event_id
-- Outputs  index, booking_id, sold_at, ascending
with given_back as (
    select distinct unnest(case when b.status = 'failed' then b.indexes else b.refunded end) as index
      from booking.bookings b
     where b.event_id = %(event_id)s and (b.status = 'failed' or cardinality(b.refunded) > 0)
)
select t.index, t.booking_id, b.confirmed_at as sold_at
  from given_back join booking.tickets t on t.event_id = %(event_id)s and t.index = given_back.index
  join booking.bookings b on b.id = t.booking_id
 where t.state = 's'
 order by t.index;
