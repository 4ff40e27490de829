"""Rows of two people, Ada and Grace, in every table that may name a person."""

import psycopg

from admitone.kit.keys import derive_ring
from admitone.mail.store.unsubscribed import address_keys

SECRET_KEY = "k" * 32
ADA_KEY, GRACE_KEY = (
    address_keys(derive_ring((SECRET_KEY,), "mail"), address)[0] for address in ("ada@example.org", "grace@example.org")
)

_ROWS = """
insert into booking.sales (event_id, organization_id, revision, open, terms)
values ('evt_past', 'org_1', 1, true, '{"starts_at": "2020-01-01T19:00:00Z"}'),
       ('evt_next', 'org_1', 1, true, '{"starts_at": "2190-01-01T19:00:00Z"}');
insert into organizers.organizations (id, name, created_at) values ('org_1', 'Opera', now());
insert into booking.bookings (id, event_id, organization_id, status, indexes, tickets, subtotal, fees, currency,
                              buyer_key, buyer_email, buyer_name, expires_at, confirmed_at)
select id, event_id, 'org_1', status, '{1}', '[]', 5000, 500, 'EUR', key, email, name, now() + interval '1 hour',
       case when status = 'confirmed' then now() end
  from (values ('bkg_past', 'evt_past', 'confirmed', 'ada@example.org', 'ada@example.org', 'Ada Lovelace'),
               ('bkg_grace', 'evt_past', 'confirmed', 'grace@example.org', 'grace@example.org', 'Grace Hopper'))
       as r(id, event_id, status, key, email, name);
insert into organizers.terms (id, organization_id, number, body, published_at)
values ('trm_1', 'org_1', 1, 'No refunds.', now());
insert into organizers.agreements (booking_id, terms_id, agreed_at)
values ('bkg_past', 'trm_1', now()), ('bkg_grace', 'trm_1', now());
insert into booking.notes (id, booking_id, text, written_by, written_by_name)
values ('not_1', 'bkg_past', 'Ada Lovelace brings a guide dog.', 'per_1', 'Staff');
insert into booking.address_corrections (id, booking_id, new_email, expires_at)
values ('cor_1', 'bkg_past', 'ada@new.example', now() + interval '1 day');
insert into booking.buyer_corrections (id, event_id, booking_id, changed, made_by, made_by_name)
values ('fix_1', 'evt_past', 'bkg_past', 'name', 'per_1', 'Staff');
insert into booking.booking_words values ('bkg_past', 'evt_past', '\\x00', 'ada lovelace');
insert into booking.waiting_entries (id, event_id, buyer_key, buyer_email, buyer_name, quantity, together, drawn_entry,
                                     drawn_rank)
values ('wte_1', 'evt_next', 'ada@example.org', 'ADA@example.org', 'Ada Lovelace', 2, true, 1, 0),
       ('wte_2', 'evt_next', 'grace@example.org', 'grace@example.org', 'Grace Hopper', 2, true, 0, 1);
insert into booking.promo_codes (id, organization_id, code, code_key, revision, percent, recipient_email, recipient_key)
values ('prm_1', 'org_1', 'CLUB-1', 'club-1', 1, 10, 'Ada@example.org', 'ada@example.org'),
       ('prm_2', 'org_1', 'CLUB-2', 'club-2', 1, 10, 'grace@example.org', 'grace@example.org');
insert into booking.waiting_draws (event_id, seed, drawn_at, draw_size, entrants_hash)
values ('evt_next', decode(repeat('ab', 32), 'hex'), now(), 2, '\\x03');
insert into booking.refund_decisions (id, booking_id, made_by, indexes) values ('ref_1', 'bkg_past', 'buyer', '{1}');
insert into booking.resales (id, event_id, index, booking_id) values ('rsl_1', 'evt_past', 0, 'bkg_past');
insert into payments.payments (booking_id, attempt, provider, provider_ref, amount, currency, status, buyer_email)
values ('bkg_past', 1, 'simulated', 'pi_1', 5500, 'EUR', 'captured', 'ada@example.org');
insert into payments.cards (booking_id, last4) values ('bkg_past', '4242');
insert into tickets.transfers (id, event_id, booking_id, giver_id, code_hash, friend, friend_email, state, expires_at,
                               ended_at, holder_name, holder_email)
values ('trf_1', 'evt_past', 'bkg_grace', 'bkg_grace', '\\x01', 'Ada L.', 'ada@example.org', 'accepted', now(), now(),
        'Ada Lovelace', 'ada@example.org'),
       ('trf_2', 'evt_past', 'bkg_past', 'bkg_past', '\\x02', 'Grace H.', 'grace@example.org', 'accepted', now(), now(),
        'Grace Hopper', 'grace@example.org');
insert into tickets.transfer_tickets (transfer_id, ticket_id, index, version, is_open)
values ('trf_1', 'tkt_1', 1, 1, false), ('trf_2', 'tkt_2', 2, 1, false);
insert into tickets.tickets (ticket_id, event_id, index, version, holder_name, booking_id)
values ('tkt_1', 'evt_past', 1, 2, 'Ada Lovelace', 'bkg_grace'),
       ('tkt_2', 'evt_past', 2, 2, 'Grace Hopper', 'bkg_past'),
       ('tkt_3', 'evt_past', 3, 1, 'Ada Lovelace', 'bkg_past');
insert into mail.outbox (id, kind, subject_id, booking_id, recipient, facts, state, send_before, ended_at)
values ('mai_1', 'ticket_transfer', 'trf_1', null, 'ada@example.org', '{"code": "verysecret"}', 'queued', now(), null),
       ('mai_2', 'ticket_transfer', 'trf_2', null, 'grace@example.org', '{"from": "Ada Lovelace"}', 'failed', now(),
        now()),
       ('mai_3', 'refund', 'ref_1', 'bkg_past', null, '{"to": "Ada Lovelace"}', 'failed', now(), now());
insert into mail.outbox (id, kind, subject_id, version, booking_id, recipient, facts, state, send_before, ended_at,
                         error)
values ('mai_4', 'booking_confirmed', 'bkg_past', 0, 'bkg_past', null, null, 'failed', now(), now(),
        'MailRejected: 550 <ada@example.org>: no such mailbox'),
       ('mai_5', 'booking_confirmed', 'bkg_past', 1, 'bkg_past', null, null, 'queued', now(), null,
        'MailDeferred: 450 <ada@example.org>: try again'),
       ('mai_6', 'ticket_return', 'bkg_past-1f', 0, null, 'ada@example.org', '{"for": "Ada"}', 'queued', now(), null,
        null);
insert into mail.sign_in_links (id, address, address_key, expires_at) values ('sgn_1', 'ada@example.org', 'k', now());
insert into mail.sessions (token_hash, address, expires_at)
values (decode(repeat('ab', 32), 'hex'), 'ada@example.org', now() + interval '1 day');
"""
_OF_ADDRESSES = """
insert into mail.addressees (mail_id, address_key) values ('mai_4', '{ada}'), ('mai_2', '{grace}');
insert into mail.blocked_addresses (address_key, reason, detail, mail_id)
values ('{ada}', 'complaint', '550 <ada@example.org> does not want it', 'mai_4'),
       ('{grace}', 'bounce', '550 no such mailbox', 'mai_2');
insert into mail.unsubscribed (address_key) values ('{ada}'), ('{grace}');
insert into mail.unsubscribed_messages (address_key, organization_id) values ('{ada}', 'org_1'), ('{grace}', 'org_1');
"""


def put_rows(conn: psycopg.Connection) -> None:
    conn.execute(_ROWS)
    conn.execute(_OF_ADDRESSES.format(ada=ADA_KEY, grace=GRACE_KEY))
