-- name: lock_batches
-- Let other batches of the organization wait until this transaction ends.
-- Inputs   organization_id
-- Locks    an advisory lock of the organization: there may be no row yet to lock.
select pg_advisory_xact_lock(hashtextextended('promo batches ' || %(organization_id)s, 0));


-- name: count_batch_codes
-- Count the codes of an organization in batches. A statement after lock_batches: it sees what the lock waited for.
-- Inputs   organization_id
-- Outputs  codes
select coalesce(sum(code_count), 0)::int as codes from booking.promo_batches
 where organization_id = %(organization_id)s;


-- name: insert_batch
-- Insert a batch; its codes follow in the same transaction.
insert into booking.promo_batches (id, organization_id, prefix, code_count, percent, amount, currency, event_id,
                                   uses_max, starts_at, ends_at, created_at)
values (%(id)s, %(organization_id)s, %(prefix)s, %(code_count)s, %(percent)s, %(amount)s, %(currency)s, %(event_id)s,
        %(uses_max)s, %(starts_at)s, %(ends_at)s, %(created_at)s);


-- name: insert_batch_codes
-- Insert the codes of a batch, which differ in id, code and recipient alone.
-- Inputs   parallel arrays ids, codes, code_keys, recipient_emails, recipient_keys; the rule: organization_id, percent, amount, currency, event_id, uses_max,
--          starts_at, ends_at, created_at; batch_id
-- Outputs  id of those that are new; none of a code that the organization has already
insert into booking.promo_codes (id, organization_id, code, code_key, revision, percent, amount, currency, event_id,
                                 uses_max, starts_at, ends_at, created_at, updated_at, batch_id, recipient_email,
                                 recipient_key)
select made.id, %(organization_id)s, made.code, made.code_key, 1, %(percent)s, %(amount)s, %(currency)s, %(event_id)s,
       %(uses_max)s, %(starts_at)s, %(ends_at)s, %(created_at)s, %(created_at)s, %(batch_id)s,
       made.recipient_email, made.recipient_key
  from unnest(%(ids)s::text[], %(codes)s::text[], %(code_keys)s::text[], %(recipient_emails)s::text[],
              %(recipient_keys)s::text[]) as made (id, code, code_key, recipient_email, recipient_key)
on conflict (organization_id, code_key) do nothing
returning id;


-- name: list_batches
-- List batches of an organization with their use, the newest first.
-- Inputs   organization_id, id (null: all), size, skip
-- Outputs  the batch; uses, used_codes; recipients (people whom its codes are for), mailed (those of them whose codes
--          were mailed); total of all pages
select p.*, coalesce(used.uses, 0)::int as uses, coalesce(used.used_codes, 0)::int as used_codes,
       bound.recipients, bound.mailed
  from (select b.*, count(*) over ()::int as total from booking.promo_batches b
         where b.organization_id = %(organization_id)s and (%(id)s::text is null or b.id = %(id)s)
         order by b.id desc limit %(size)s offset %(skip)s) p
  left join lateral (select count(*) as uses, count(distinct k.promo_id) as used_codes
                       from booking.promo_codes c join booking.bookings k on k.promo_id = c.id
                      where c.batch_id = p.id
                        and k.status in ('in_progress', 'paying', 'confirmed', 'partially_refunded')) used on true
  left join lateral (select count(*)::int as recipients, count(c.mailed_at)::int as mailed from booking.promo_codes c
                      where c.batch_id = p.id and c.recipient_key <> 'erased') bound on true
 order by p.id desc;


-- name: codes_with_uses
-- Part of the statements below: promo codes c, each with its uses.
select c.*, (select count(*)::int from booking.bookings k
              where k.promo_id = c.id
                and k.status in ('in_progress', 'paying', 'confirmed', 'partially_refunded')) as uses
  from booking.promo_codes c


-- name: list_batch_codes
-- List all codes of a batch with their uses, for a table.
-- Inputs   organization_id, batch_id
-- Outputs  the codes, each with uses, by id
-- include: "codes_with_uses"
 where c.organization_id = %(organization_id)s and c.batch_id = %(batch_id)s
 order by c.id;


-- name: lock_batch_codes
-- Lock the codes of a batch that has not ended: checkouts that use a limited one wait.
-- Inputs   organization_id, batch_id
-- Locks    promo codes in id order, as the claims of bookings lock them.
select id from booking.promo_codes
 where organization_id = %(organization_id)s and batch_id = %(batch_id)s
 order by id for no key update;


-- name: mark_codes_mailed
-- Note that the codes of a batch are mailed to the people whom they are for.
-- Inputs   organization_id, batch_id, now
-- Outputs  id of each code that was not mailed before
-- Invariant  a code is mailed once. The revision stays: a checkout that was priced by it goes on. The caller has locked
--            the codes (lock_batch_codes).
update booking.promo_codes set mailed_at = %(now)s
 where organization_id = %(organization_id)s and batch_id = %(batch_id)s and mailed_at is null
   and recipient_key <> 'erased' and (ends_at is null or ends_at > %(now)s)
returning id;


-- name: read_personal_code
-- A code for one person, with its uses; no row for another code, or after the person was erased.
-- Inputs   id
-- include: "codes_with_uses"
 where c.id = %(id)s and c.recipient_key <> 'erased';


-- name: end_batch
-- End a batch, and its codes that have not ended: bookings keep the price that they were held at.
-- Inputs   organization_id, id, now
-- Outputs  id; no row of another organization's batch
-- Invariant  a revision more for each code: a claim that was priced before is priced again, and refused.
with ended as (
    update booking.promo_batches set ended_at = coalesce(ended_at, %(now)s)
     where organization_id = %(organization_id)s and id = %(id)s
    returning id
),
codes as (
    update booking.promo_codes c
       set ends_at = %(now)s, starts_at = case when c.starts_at < %(now)s then c.starts_at end,
           revision = c.revision + 1, updated_at = %(now)s
      from ended
     where c.organization_id = %(organization_id)s and c.batch_id = ended.id
       and (c.ends_at is null or c.ends_at > %(now)s)
)
select id from ended;
