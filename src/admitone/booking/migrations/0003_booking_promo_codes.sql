-- Promo codes, and which bookings use them. A use is a booking that is not over: it is counted, never added up.
create table booking.promo_codes (
    id              text primary key,
    organization_id text        not null,
    code            text        not null,
    code_key        text        not null,           -- folded: codes are the same however they are typed
    revision        integer     not null check (revision > 0),
    percent         integer     check (percent between 1 and 100),
    amount          bigint      check (amount > 0),
    currency        text        check (currency ~ '^[A-Z]{3}$'),
    event_id        text,                           -- null: every event of the organization
    uses_max        integer     check (uses_max > 0), -- null: without limit
    starts_at       timestamptz,
    ends_at         timestamptz,
    created_at      timestamptz not null default clock_timestamp(),
    updated_at      timestamptz not null default clock_timestamp(),
    unique (organization_id, code_key),
    check ((percent is null) <> (amount is null)),
    check ((amount is null) = (currency is null)),
    check (ends_at > starts_at)
);

-- bookings.subtotal is what the tickets cost with the discount; what a code took off stands in bookings.tickets.
alter table booking.bookings
    add column promo_id   text references booking.promo_codes, -- null: without a code
    add column promo_code text,                                -- as it was then
    add check ((promo_id is null) = (promo_code is null));

create index bookings_by_promo on booking.bookings (promo_id) where promo_id is not null;

-- Organizers list bookings by event, also of buyers who are not named yet.
create index bookings_by_event on booking.bookings (event_id, buyer_key);
drop index booking.bookings_by_buyer;
