-- A rush claims all places of a page in one statement and sells them in the next one: with less room than this, most of
-- those updates left the page, each with an entry of the index, and there was so much more to vacuum in the middle of it.
alter table booking.tickets set (fillfactor = 45);
