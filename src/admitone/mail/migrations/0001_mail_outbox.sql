-- Mails to be sent, and what became of them. A row is written in the transaction that makes the mail necessary.
create schema mail;

create table mail.outbox (
    id          text primary key,
    kind        text        not null,              -- mail.contracts.MailKind
    subject_id  text        not null,              -- what the mail is about: a booking, a refund, a link, an invitation
    version     integer     not null default 0,    -- the state of it that made the mail necessary
    copy        integer     not null default 0,    -- grows when a person sends a mail again
    booking_id  text,                              -- its buyer gets the mail; the address is read when it is sent
    recipient   text,                              -- of a mail without a booking; erased when the mail has ended
    facts       json,                              -- what only the writer knows; erased when the mail has ended
    is_bulk     boolean     not null default false, -- one of many: mails that a person waits for go first
    state       text        not null default 'queued'
                check (state in ('queued', 'claimed', 'sending', 'sent', 'skipped', 'failed')),
    told        integer,                           -- the version that the sent mail told, if it is newer than `version`
    attempts    integer     not null default 0,
    unsure      integer     not null default 0,    -- attempts whose outcome nobody knows: the mail may have arrived
    created_at  timestamptz not null default clock_timestamp(),
    send_after  timestamptz not null default clock_timestamp(), -- claimed, sending: when the sender counts as dead
    send_before timestamptz not null,              -- from then on the mail helps nobody
    ended_at    timestamptz,
    error       text,
    check (booking_id is null or recipient is null),
    check ((ended_at is not null) = (state in ('sent', 'skipped', 'failed')))
);

create unique index outbox_once on mail.outbox (kind, subject_id, version, copy);
create index outbox_due on mail.outbox (is_bulk, send_after) where state in ('queued', 'claimed', 'sending');
create index outbox_ended on mail.outbox (ended_at) where ended_at is not null;

-- Addresses that get no reminders, as keyed hashes.
create table mail.unsubscribed (
    address_key text primary key,
    created_at  timestamptz not null default clock_timestamp()
);

-- Events whose reminders were ordered, by the day that they take place: each once.
create table mail.reminded_events (
    event_id    text        not null,
    day         date        not null,
    reminded_at timestamptz not null default clock_timestamp(),
    primary key (event_id, day)
);
