-- A sale writes no index of its bookings. Two indexes knew the status, so each change of it (held, being paid, sold)
-- wrote a new entry into all seven indexes of the row: fourteen a booking, in the middle of a rush. What they found is in
-- two small tables now, and the two updates of a sale stay in their page (HOT).

-- Bookings that are not over, by when their time is over: a row each from the claim to the sale or the end.
create table booking.live_bookings (
    expires_at timestamptz not null,
    event_id   text        not null,
    booking_id text        not null,
    primary key (expires_at, booking_id, event_id)
);

-- Bookings that ended without a sale, or were refunded, for the list of an organization's bookings in one state.
create table booking.ended_bookings (
    organization_id text not null,
    status          text not null check (status in ('expired', 'released', 'failed', 'refunded', 'partially_refunded')),
    booking_id      text not null,
    event_id        text not null,
    primary key (organization_id, status, booking_id, event_id)
);

-- By triggers, so that no statement, and no process of the release before, can forget it. The sale alone deletes its
-- live rows itself: many in one statement. What a sale of the release before leaves, the sweeper deletes.
-- With the rights of their owner: the user of the release before has none to the new tables until they are granted.
create function booking.record_new_bookings() returns trigger language plpgsql
security definer set search_path = pg_catalog, pg_temp as $$
begin
    insert into booking.live_bookings (expires_at, event_id, booking_id)
    select expires_at, event_id, id from written where status in ('in_progress', 'paying');
    insert into booking.ended_bookings (organization_id, status, booking_id, event_id)
    select organization_id, status, id, event_id from written
     where status not in ('in_progress', 'paying', 'confirmed');
    return null;
end
$$;

create function booking.record_changed_booking() returns trigger language plpgsql
security definer set search_path = pg_catalog, pg_temp as $$
begin
    delete from booking.live_bookings where expires_at = old.expires_at and booking_id = old.id;
    delete from booking.ended_bookings
     where organization_id = old.organization_id and status = old.status and booking_id = old.id;
    if new.status in ('in_progress', 'paying') then
        insert into booking.live_bookings (expires_at, event_id, booking_id)
        values (new.expires_at, new.event_id, new.id);
    elsif new.status <> 'confirmed' then
        insert into booking.ended_bookings (organization_id, status, booking_id, event_id)
        values (new.organization_id, new.status, new.id, new.event_id);
    end if;
    return null;
end
$$;

-- The lock of this trigger keeps writers out until this commit, so that no live booking is missed below.
create trigger record_new after insert on booking.bookings
referencing new table as written for each statement execute function booking.record_new_bookings();

-- The condition is checked without a call: the steps of a sale (held, being paid, held again, sold) pass it by.
create trigger record_changed after update of status, expires_at on booking.bookings
for each row when (old.expires_at is distinct from new.expires_at
                   or (old.status is distinct from new.status
                       and not (old.status in ('in_progress', 'paying')
                                and new.status in ('in_progress', 'paying', 'confirmed'))))
execute function booking.record_changed_booking();

insert into booking.live_bookings (expires_at, event_id, booking_id)
select expires_at, event_id, id from booking.bookings where status in ('in_progress', 'paying');
