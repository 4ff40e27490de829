-- Live passes that went shopping or whose time is over: those that may have to end.
-- Inputs   queue_id
select entry, booking_ids, expires_at <= clock_timestamp() as is_over,
       coalesce(entered_at > clock_timestamp() - make_interval(secs => %(entering_seconds)s), false) as is_entering
  from waiting_room.passes
 where queue_id = %(queue_id)s and ended_at is null
   and (booking_ids <> '{}' or expires_at <= clock_timestamp());
