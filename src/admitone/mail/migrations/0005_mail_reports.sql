-- Whom a mail was handed over for, as a keyed hash: a report names the mail, and the row of a mail has no address.
create table mail.addressees (
    mail_id     text primary key references mail.outbox (id) on delete cascade,
    address_key text not null
);

-- Addresses that mail does not reach, or whose reader reported a mail as unwanted, as keyed hashes.
create table mail.blocked_addresses (
    address_key text primary key,
    reason      text        not null check (reason in ('bounce', 'complaint')),
    detail      text        not null,               -- the words of the receiving server
    mail_id     text        not null,               -- the mail that the report was about
    blocked_at  timestamptz not null default clock_timestamp()
);

-- The mails of a booking, for its page in the console.
create index outbox_by_booking on mail.outbox (booking_id, id) where booking_id is not null;
