-- Who may enter a sale now. All of it survives kill -9 and an empty Redis, for none of it is in Redis.
create schema waiting_room;

-- One row an event that ever had a waiting room.
create table waiting_room.queues (
    id                     integer generated always as identity primary key, -- four bytes in a million entries
    event_id               text        not null unique,
    organization_id        text        not null,
    revision               integer     not null,       -- of the event's terms; an older one never overwrites a newer
    mode                   text        not null check (mode in ('off', 'always', 'auto')),
    open                   boolean     not null,       -- published, and neither cancelled nor postponed
    pre_queue_opens_at     timestamptz,
    opens_at               timestamptz,                -- on_sale_at of the event; null: on sale at once
    closes_at              timestamptz,
    terms_max_active       integer check (terms_max_active > 0),
    terms_rate_per_minute  integer check (terms_rate_per_minute > 0),
    live_max_active        integer check (live_max_active >= 0),  -- what the organizer changed during the sale
    live_rate_per_minute   integer check (live_rate_per_minute > 0),
    turn_seconds           integer     not null default 120 check (turn_seconds between 2 and 3600),
    pass_seconds           integer     not null default 600 check (pass_seconds between 5 and 7200),
    proof_above_per_minute integer check (proof_above_per_minute >= 0), -- null: joining never costs work
    paused                 boolean     not null default false,
    message                text check (length(message) <= 1000),
    seed                   bytea       not null check (length(seed) = 32),
    beacon_name            text,
    beacon_round           bigint,
    beacon_value           bytea check (length(beacon_value) between 16 and 64),
    frozen_at              timestamptz,                -- when the pre-queue ended
    draw_size              integer check (draw_size >= 0),
    entrants_hash          bytea check (length(entrants_hash) = 32),
    drawn_at               timestamptz,                -- when the seed was revealed
    draw_key               bytea check (length(draw_key) = 32),
    serving                integer     not null default 0 check (serving >= 0), -- ranks below it have been called
    round_at               timestamptz,
    credit                 double precision not null default 1,
    outflow_per_minute     double precision not null default 0,
    inflow_per_minute      double precision not null default 0,
    inflow_size            integer     not null default 0,
    capacity_per_minute    double precision not null default 2400,
    unsold                 integer check (unsold >= 0),
    on_since               timestamptz,                -- mode auto: switched on
    overload_since         timestamptz,
    calm_since             timestamptz,
    check ((beacon_name is null) = (beacon_round is null)),
    check (beacon_value is null or beacon_name is not null),
    check ((frozen_at is null) = (draw_size is null) and (frozen_at is null) = (entrants_hash is null)),
    check ((drawn_at is null) = (draw_key is null)),
    check (drawn_at is null or frozen_at is not null),
    check (drawn_at is null or beacon_name is null or beacon_value is not null),
    check (serving = 0 or drawn_at is not null)
) with (fillfactor = 50);

-- The next entry number and the running hash. A row of its own: joining and serving do not wait for each other.
create table waiting_room.intakes (
    queue_id integer primary key references waiting_room.queues (id),
    size     integer not null default 0 check (size >= 0),
    chain    bytea   not null check (length(chain) = 32)
) with (fillfactor = 50);

-- One place an identity. 16 bytes of hash stand for it: the nonce itself is never stored.
create table waiting_room.entries (
    queue_id integer not null references waiting_room.queues (id),
    entry    integer not null check (entry >= 0),
    mark     uuid    not null,
    primary key (queue_id, mark)
);

-- The same marks in order of entry, a row a batch: what anybody needs to verify the running hash.
create table waiting_room.blocks (
    queue_id    integer not null references waiting_room.queues (id),
    first_entry integer not null check (first_entry >= 0),
    marks       bytea   not null check (length(marks) > 0 and length(marks) % 16 = 0),
    primary key (queue_id, first_entry)
);
alter table waiting_room.blocks alter column marks set storage external; -- random bytes do not compress

-- When which ranks were called. Ranks are called once, in order, without a gap.
create table waiting_room.steps (
    queue_id  integer     not null references waiting_room.queues (id),
    from_rank integer     not null check (from_rank >= 0),
    upto_rank integer     not null,
    called_at timestamptz not null,
    ends_at   timestamptz not null,                     -- of the turn: later changes of its length do not revive it
    primary key (queue_id, upto_rank),
    unique (queue_id, from_rank),
    check (upto_rank > from_rank)
);

-- A turn that was taken. Live until it has bought or its time is over; a live one is an active shopper.
create table waiting_room.passes (
    queue_id    integer     not null references waiting_room.queues (id),
    entry       integer     not null check (entry >= 0),
    rank        integer     not null check (rank >= 0),
    issued_at   timestamptz not null,
    expires_at  timestamptz not null,
    booking_ids text[]      not null default '{}',      -- what it shops with
    entered_at  timestamptz,                            -- its last checkout
    ended_at    timestamptz,
    primary key (queue_id, entry),
    unique (queue_id, rank),
    check (expires_at > issued_at)
) with (fillfactor = 70);
create index passes_live on waiting_room.passes (queue_id) where ended_at is null;

-- How checkout fares, a row a booking process, seconds old: what admission adapts to.
create table waiting_room.loads (
    process   text primary key,
    noted_at  timestamptz not null,
    checkouts integer not null check (checkouts >= 0),
    shed      integer not null check (shed >= 0),
    p95_ms    integer not null check (p95_ms >= 0)
);
