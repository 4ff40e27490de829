-- What staff write about a booking, for each other. Append-only: a trigger refuses to change or remove a note.
create table booking.notes (
    id              text primary key,             -- derived from the request's key; in order of time otherwise
    booking_id      text        not null references booking.bookings,
    text            text        not null check (char_length(text) between 1 and 2000),
    written_by      text        not null,         -- id of a person or an API key
    written_by_name text        not null,
    written_at      timestamptz not null default clock_timestamp()
);

create index notes_of_booking on booking.notes (booking_id, written_at);

create function booking.refuse_to_rewrite() returns trigger language plpgsql as $$
begin
    raise exception 'notes are append-only' using errcode = 'restrict_violation';
end
$$;

create trigger notes_are_append_only
    before update or delete or truncate on booking.notes
    for each statement execute function booking.refuse_to_rewrite();
