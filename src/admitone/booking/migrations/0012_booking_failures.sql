-- Failed tries (a declined payment, a wrong promo code) by what they are counted for: a hold, a client, an address
-- block, a buyer. Few rows, deleted a day after the last failure.
create table booking.failures (
    key        text primary key,
    count      integer     not null check (count >= 0),
    failed_at  timestamptz not null,
    wait_until timestamptz not null -- the next try is refused until then
);
create index failures_by_time on booking.failures (failed_at);
