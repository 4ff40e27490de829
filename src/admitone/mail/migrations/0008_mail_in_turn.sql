-- A sign-in link, a transfer or an offer of the waiting list is sent before the thousands of confirmations of a rush.
create index concurrently outbox_in_turn on mail.outbox (is_bulk, (booking_id is not null), send_after)
 where state in ('queued', 'claimed', 'sending');
drop index mail.outbox_due;
