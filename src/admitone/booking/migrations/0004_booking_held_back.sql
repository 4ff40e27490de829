-- A place that its organizer holds back: not for sale until it is released.
alter table booking.tickets drop constraint tickets_state_check;
alter table booking.tickets add constraint tickets_state_check check (state in ('a', 'c', 's', 'b', 'k'));
