"""Claim and sell seats, and why no seat is sold twice.

1. *Lock* (Redis, `usecases/checkout/choosing.py` → `adapters/lua/lock.lua`): one script locks all places of a checkout
   or none. It sheds contention and decides nothing; everything in Redis may be lost.
2. *Claim* (PostgreSQL, `claiming.py` → `store/sql/claims.sql`): places that are free, or whose hold is over, become the
   booking's, all or none, in the transaction that inserts the booking.
3. *Payment start* (`payment_start.py` → `store/sql/payments.sql`): from here on, expiry alone frees no place. Then
booking calls the processor, without a connection held.
4. *Sale* (`selling.py` → `store/sql/sell_tickets.sql`): exactly the places claimed *by this booking*, for the
   attempt that was authorized, become sold, all or none, in the transaction that confirms the booking.

A seat cannot be sold twice because a sale only sells places of its own claim, and a place has one claim: its row. After
any failure of locks, clocks, retries or processes, statement 4 can only find fewer places than the booking has; then it
sells nothing, and the authorization is voided.

Each of 2 to 4 runs for a whole batch of requests at once (`process.py`). The organizer's box office sells without a
claim, in one statement of its own: `usecases/sell_at_box_office.py`.
"""
