-- The same row, locked: one process issues tickets or raises the epoch at a time.
select event_id, revision, terms, layout, epoch from booking.sales where event_id = %(event_id)s for update;
