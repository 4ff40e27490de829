-- What organizers wrote to the buyers of an event: the record, and the words of the mails that are still to be sent.
create table mail.messages (
    id              text primary key,
    organization_id text        not null,
    event_id        text        not null,
    subject         text        not null,
    text            text        not null,
    sent_by         text        not null,          -- API key
    recipients      integer     not null,          -- bookings with an address and tickets, when it was sent
    created_at      timestamptz not null default clock_timestamp()
);
create index messages_by_event on mail.messages (event_id, created_at);
