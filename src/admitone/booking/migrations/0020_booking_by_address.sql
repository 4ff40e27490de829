-- Buyers who have proved that they read an address see the bookings bought with it.
create index bookings_by_address on booking.bookings (buyer_key) where buyer_key is not null;
