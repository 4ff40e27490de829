-- What staff write about a booking, for each other. Append-only: triggers refuse to change or
-- remove a note. The erasure of a buyer replaces the text alone, for it may name the buyer.
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
    if tg_op = 'UPDATE' then
        if new = row(old.id, old.booking_id, 'erased', old.written_by, old.written_by_name, old.written_at)::booking.notes then
            return new;
        end if;
    end if;
    raise exception 'notes are append-only' using errcode = 'restrict_violation';
end
$$;

create trigger notes_are_append_only
    before update or delete on booking.notes
    for each row execute function booking.refuse_to_rewrite();

create trigger notes_are_never_truncated
    before truncate on booking.notes
    for each statement execute function booking.refuse_to_rewrite();
