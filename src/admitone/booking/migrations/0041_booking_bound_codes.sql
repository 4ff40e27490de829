-- Promo codes for one person each: only a booking for that address can be paid with it. `recipient_key` is the normal
-- form of the address, as `bookings.buyer_key`; 'erased' once the person is erased: no booking has that key.
alter table booking.promo_codes
    add column recipient_email text,
    add column recipient_key   text,
    add check ((recipient_email is null) = (recipient_key is null));

create index promo_codes_of_recipient on booking.promo_codes (recipient_key) where recipient_key is not null;
