-- Places that the new layout does not have leave the sale; those that are claimed or sold stay with their buyers.
update booking.tickets set state = 'b'
 where event_id = %(event_id)s and state = 'a' and index <> all(%(indexes)s::int[]);
