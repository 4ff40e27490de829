-- What organizers did with seats: held back, released, repriced, opened to all, reserved again. A row is one act on some
-- seats; `parts` has what these seats were before, so that the act can be undone. The last 100 of an event are kept.
create table booking.seat_changes (
    id              text        primary key,
    event_id        text        not null,
    organization_id text        not null,
    seat_map_id     text        not null,      -- the indexes are of this map
    act             text        not null check (act in ('hold_back', 'release', 'reprice', 'open_to_all', 'keep')),
    price_level_id  text,                      -- of reprice; null: the level of the seats' category
    parts           json        not null,      -- groups of seats (ChangedPart)
    made_by         text        not null,      -- id of a person or an API key
    made_by_name    text        not null,
    made_at         timestamptz not null,
    undone_at       timestamptz,
    undone_by_name  text,
    check ((undone_at is null) = (undone_by_name is null))
);

create index seat_changes_of_event on booking.seat_changes (event_id, made_at desc, id desc);
