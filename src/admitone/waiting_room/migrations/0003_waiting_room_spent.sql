-- A pass opens one purchase: the sale itself, in its own transaction, writes here which booking spent the pass.
alter table waiting_room.passes add column spent_by text;
