-- Bookings that the organizer sold directly: how they were paid, and by whose API key. Null: bought online. The columns
-- have no default: no row is rewritten.
alter table booking.bookings
    add column counter_payment text check (counter_payment in ('cash', 'card_terminal', 'complimentary')),
    add column sold_by         text,
    add check ((counter_payment is null) = (sold_by is null)),
    add check (counter_payment is distinct from 'complimentary' or subtotal + fees = 0);
