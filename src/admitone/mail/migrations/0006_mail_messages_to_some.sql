-- Addresses that get no messages of an organization, as keyed hashes.
create table mail.unsubscribed_messages (
    address_key     text        not null,
    organization_id text        not null,
    created_at      timestamptz not null default clock_timestamp(),
    primary key (address_key, organization_id)
);

-- To which of the buyers of an event a message went; without a row, to all of them.
create table mail.message_audiences (
    message_id text primary key references mail.messages (id),
    audience   json not null                       -- mail.domain.buyers_message.Audience
);
