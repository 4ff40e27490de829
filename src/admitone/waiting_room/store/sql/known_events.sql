-- Those of these events that have a queue already, whatever their mode.
select event_id from waiting_room.queues where event_id = any(%(events)s::text[]);
