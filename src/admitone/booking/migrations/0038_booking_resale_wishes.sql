-- When its buyer took back a ticket on offer that another person held: no other person is offered it, and it is withdrawn
-- where that person does not buy. Null: its buyer did not.
alter table booking.resales add column withdraw_at timestamptz;
