-- Tickets that were given back, and money that a buyer's bank disputes. Defaults are constant: no row is rewritten.
alter table booking.bookings
    add column refunded    integer[]   not null default '{}', -- indexes whose tickets are no longer this booking's
    add column disputed_at timestamptz;                       -- while set, its barcodes admit nobody
