-- What checkout did while this queue admitted: its pace now, and the greatest that it answered without an overload.
alter table waiting_room.queues
    add column checkouts_per_minute double precision not null default 0 check (checkouts_per_minute >= 0),
    add column shown_per_minute double precision not null default 0 check (shown_per_minute >= 0);
