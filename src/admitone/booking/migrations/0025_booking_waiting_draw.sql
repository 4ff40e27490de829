-- The order of a waiting list by a draw: everybody who waits at draw_at is drawn once; who joins later waits behind them.
alter table booking.resale_terms drop constraint resale_terms_waiting_list_check;
alter table booking.resale_terms add constraint resale_terms_waiting_list_check
    check (waiting_list in ('off', 'in_order', 'draw'));
alter table booking.resale_terms add column draw_at timestamptz;
alter table booking.resale_terms add constraint resale_terms_draw_at_check
    check (waiting_list <> 'draw' or draw_at is not null);

-- The seed is made when an organizer chooses the draw; only its hash is public until the draw.
create table booking.waiting_draws (
    event_id      text primary key references booking.sales,
    seed          bytea not null check (octet_length(seed) = 32),
    drawn_at      timestamptz,
    draw_size     integer,
    entrants_hash bytea,
    check ((drawn_at is null) = (draw_size is null) and (drawn_at is null) = (entrants_hash is null))
);

-- drawn_entry: the place in the list of entrants, from 0, in the order of arrival. drawn_rank: the place that was drawn.
alter table booking.waiting_entries add column drawn_entry integer;
alter table booking.waiting_entries add column drawn_rank integer;
alter table booking.waiting_entries add constraint waiting_entries_drawn_check
    check ((drawn_entry is null) = (drawn_rank is null));
create index waiting_entries_by_turn on booking.waiting_entries
    (event_id, coalesce(drawn_rank, 2147483647), number) where state = 'waiting';
create unique index waiting_entries_drawn on booking.waiting_entries (event_id, drawn_entry)
    where drawn_entry is not null;
