-- Notes of processes that are gone.
delete from waiting_room.loads where noted_at < clock_timestamp() - interval '1 hour';
