-- Remember folded words of bookings.
-- Inputs   event_id, arrays booking_ids, words (that were folded), folded
-- Invariant two searches at once write the same; a booking that is deleted meanwhile gets none.
insert into booking.booking_words (booking_id, event_id, source, folded)
select n.booking_id, %(event_id)s, sha256(convert_to(n.words, 'UTF8')), n.folded
  from unnest(%(booking_ids)s::text[], %(words)s::text[], %(folded)s::text[]) as n (booking_id, words, folded)
  join booking.bookings b on b.id = n.booking_id
 order by n.booking_id
    on conflict (booking_id) do update set source = excluded.source, folded = excluded.folded;
