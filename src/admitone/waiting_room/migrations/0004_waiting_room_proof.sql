-- Joining costs a proof of work unless the organizer turns it off (null). 0: always. Queues that exist stay as they are.
alter table waiting_room.queues alter column proof_above_per_minute set default 0;

-- How many places an address block took lately: the more, the dearer the next one. `joins` fades: half in ten minutes.
create table waiting_room.block_joins (
    queue_id  integer     not null references waiting_room.queues (id),
    block     text        not null,                -- keyed hash of the address block
    joins     double precision not null check (joins >= 0),
    joined_at timestamptz not null,
    primary key (queue_id, block)
);
create index block_joins_by_time on waiting_room.block_joins (joined_at);
