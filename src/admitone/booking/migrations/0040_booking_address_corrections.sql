-- Corrections of a booking's address that its buyer asks for. Links of the booking carry its `link_version`: a correction
-- raises it, and every link from before opens nothing any more.
alter table booking.bookings add column link_version integer; -- null: 0; no default: no row is rewritten

create table booking.address_corrections (
    id         text primary key,
    booking_id text        not null,
    new_email  text,                              -- erased when the correction has ended
    block_key  text,                              -- keyed hash of the client's address block; null: not counted
    state      text        not null default 'asked' check (state in ('asked', 'made', 'stopped', 'replaced', 'lapsed')),
    asked_at   timestamptz not null default clock_timestamp(),
    expires_at timestamptz not null,
    ended_at   timestamptz,
    check ((state = 'asked') = (ended_at is null)),
    check (state = 'asked' or new_email is null)
);
create unique index address_corrections_open on booking.address_corrections (booking_id) where state = 'asked';
create index address_corrections_by_booking on booking.address_corrections (booking_id, asked_at);
create index address_corrections_by_block on booking.address_corrections (block_key, asked_at)
 where block_key is not null;
create index address_corrections_to_lapse on booking.address_corrections (expires_at) where state = 'asked';
