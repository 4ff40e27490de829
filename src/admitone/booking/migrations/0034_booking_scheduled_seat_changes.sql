-- Changes of seats that a job makes at a moment. `parts` has what the seats were when the change was scheduled: a seat that
-- is different at that moment stays as it is. The transaction that makes the change ends the row, so it is made once.
create table booking.scheduled_seat_changes (
    id                text        primary key,
    event_id          text        not null,
    organization_id   text        not null,
    seat_map_id       text        not null,    -- the indexes are of this map
    act               text        not null check (act in ('release', 'reprice', 'open_to_all')),
    price_level_id    text,                    -- of reprice; null: the level of the seats' category
    parts             json        not null,    -- groups of seats (ChangedPart)
    due_at            timestamptz not null,
    scheduled_by      text        not null,    -- id of a person or an API key
    scheduled_by_kind text        not null,
    scheduled_by_name text        not null,
    scheduled_at      timestamptz not null,
    state             text        not null default 'scheduled' check (state in ('scheduled', 'made', 'cancelled')),
    ended_at          timestamptz,
    ended_by_name     text,                    -- of a cancelled one
    left_alone        json,                    -- of a made one: reason -> indexes of the seats that stayed as they were
    check ((state = 'scheduled') = (ended_at is null)),
    check ((state = 'cancelled') = (ended_by_name is not null)),
    check ((state = 'made') = (left_alone is not null))
);

create index scheduled_seat_changes_of_event on booking.scheduled_seat_changes (event_id, due_at);
