-- The price of a whole price level is changed, undone and scheduled as seats are: act `set_price`, without seats.
-- `price` of a change: {"before": …, "after": …}; of a scheduled one: the price to come. Each is a LevelPrice.
alter table booking.seat_changes
    add column price json,
    drop constraint seat_changes_act_check,
    add constraint seat_changes_act_check
        check (act in ('hold_back', 'release', 'reprice', 'open_to_all', 'keep', 'set_price')),
    add constraint seat_changes_price check ((act = 'set_price') = (price is not null));

alter table booking.scheduled_seat_changes
    add column price json,
    drop constraint scheduled_seat_changes_act_check,
    add constraint scheduled_seat_changes_act_check check (act in ('release', 'reprice', 'open_to_all', 'set_price')),
    add constraint scheduled_seat_changes_price check ((act = 'set_price') = (price is not null));
