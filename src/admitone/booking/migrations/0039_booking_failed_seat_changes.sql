-- A scheduled change that could not be made, as its event is gone or every attempt of its job failed.
alter table booking.scheduled_seat_changes
    drop constraint scheduled_seat_changes_state_check,
    add constraint scheduled_seat_changes_state_check check (state in ('scheduled', 'made', 'cancelled', 'failed'));
