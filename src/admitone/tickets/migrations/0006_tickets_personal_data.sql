-- Transfers are found by the address of a friend or a holder.
CREATE INDEX transfers_of_holder ON tickets.transfers (lower(holder_email)) WHERE holder_email IS NOT NULL;
CREATE INDEX transfers_to_friend ON tickets.transfers (lower(friend_email)) WHERE friend_email IS NOT NULL;
