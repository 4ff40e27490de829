-- Batches of promo codes: codes that AdmitOne made together, by one rule.
create table booking.promo_batches (
    id              text primary key,
    organization_id text        not null,
    prefix          text        not null,           -- how its codes begin
    code_count      integer     not null check (code_count > 0),
    percent         integer,                        -- the rule that its codes were made by, as in promo_codes
    amount          bigint,
    currency        text,
    event_id        text,
    uses_max        integer,
    starts_at       timestamptz,
    ends_at         timestamptz,
    created_at      timestamptz not null,
    ended_at        timestamptz                     -- null: the organizer has not ended it
);

create index promo_batches_of_organization on booking.promo_batches (organization_id, id);

alter table booking.promo_codes add column batch_id text references booking.promo_batches; -- null: made alone
create index promo_codes_of_batch on booking.promo_codes (batch_id, id) where batch_id is not null;
-- Lists of an organization's codes, the newest first, and their number.
create index promo_codes_of_organization on booking.promo_codes (organization_id, created_at, id);
