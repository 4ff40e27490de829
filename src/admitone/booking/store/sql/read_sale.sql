-- One sale: its terms, and whether its tickets are issued.
select event_id, organization_id, revision, open, terms, layout, epoch from booking.sales where event_id = %(event_id)s;
