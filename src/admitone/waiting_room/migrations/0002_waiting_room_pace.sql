-- Places in the sale after the last round: what was taken less since then is the pace at which people are done.
alter table waiting_room.queues add column places_taken integer not null default 0 check (places_taken >= 0);
