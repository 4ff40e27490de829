-- What bookings are found by when an organizer searches, folded (kit.fold): id, buyer, promo code. A table of its own,
-- filled by the search itself: the bookings' rows are updated in the rush of a sale without touching an index, and most
-- events are never searched. `source` is the digest of what was folded: a booking whose buyer changed is folded again.
create table booking.booking_words (
    booking_id text primary key references booking.bookings on delete cascade,
    event_id   text  not null,
    source     bytea not null,
    folded     text  not null
);

create index booking_words_of_event on booking.booking_words (event_id);
