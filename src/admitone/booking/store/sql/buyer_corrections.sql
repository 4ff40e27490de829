-- name: list_buyer_corrections
-- What staff corrected of one booking's buyer, the earliest first. `correct_buyer` writes it.
-- Inputs   booking_id
select changed, made_by_name, made_at from booking.buyer_corrections
 where booking_id = %(booking_id)s order by made_at, id, changed desc;
