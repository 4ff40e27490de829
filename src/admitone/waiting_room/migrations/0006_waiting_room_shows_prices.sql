-- Whether the waiting room shows the prices of the event to those who wait.
alter table waiting_room.queues add column shows_prices boolean not null default false;
