-- Events whose queue has a round to make: on sale or before it, with a waiting room.
select event_id from waiting_room.queues
 where mode <> 'off' and open and coalesce(closes_at, 'infinity') > clock_timestamp()
 order by id;
