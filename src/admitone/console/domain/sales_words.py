"""Words of the sales screens for the API's codes."""

BOOKING_STATES = {
    "in_progress": "Held",
    "paying": "Being paid",
    "confirmed": "Sold",
    "partially_refunded": "Partly refunded",
    "refunded": "Refunded",
    "expired": "Expired",
    "released": "Released",
    "failed": "Payment failed",
}
PAYMENTS = {
    "online": "Online",
    "cash": "Box office, cash",
    "card_terminal": "Box office, card",
    "complimentary": "Complimentary",
}
TIMELINE = {
    "held": "Held",
    "sold": "Sold",
    "expired": "The hold expired",
    "captured": "Money captured",
    "unpaid": "Written off: the payment was not captured",
    "refund_ordered": "Refund ordered",
    "returned": "Returned by the buyer, refund ordered",
    "refund_refused": "The payment processor refused the refund",
    "refunded": "Refunded",
    "refund_failed": "The refund came back from the buyer's account",
    "disputed": "The buyer's bank took the money back: disputed",
    "dispute_won": "Dispute won: the money is back",
    "dispute_lost": "Dispute lost",
    "admitted": "Admitted",
    "seat_exchanged": "Moved to another seat",
    "address_asked": "The buyer asked for another email address",
    "address_made": "The buyer confirmed the other email address",
    "address_stopped": "The change of the email address was stopped from the old one",
    "address_replaced": "That request ended: another address took its place",
    "address_lapsed": "The change of the email address lapsed: it was not confirmed in time",
    "name_corrected": "The buyer's name was corrected",
    "address_corrected": "The buyer's email address was corrected",
    "note": "Note",
}
REFUND_STATES = {
    "pending": "On its way",
    "succeeded": "Paid out",
    "refused": "Refused by the payment processor",
    "failed": "Came back from the buyer's account",
}
FIGURES = {
    "list_price": "List price",
    "discount": "Discounts",
    "prices": "Sold",
    "fees": "Fees",
    "captured": "Captured",
    "outstanding": "Outstanding",
    "refunded": "Refunded",
    "disputed": "Disputed",
    "received": "Received",
    "processor_fees": "Processor",
}
LEDGER_KINDS = {
    "sale": "Sale",
    "capture": "Capture",
    "refund": "Refund",
    "unpaid": "Written off",
    "refund_failed": "Refund came back",
    "dispute": "Dispute",
    "dispute_won": "Dispute won",
    "dispute_lost": "Dispute lost",
    "processor_fee": "The processor's fee",
}
ACCOUNTS = {
    "buyer_receivable": "Owed by buyers",
    "provider_clearing": "At the payment processor",
    "organizer_payable": "Owed to you",
    "fees_revenue": "Fees",
    "counter_cash": "Cash drawer",
    "counter_card_terminal": "Card terminal",
    "disputed": "In dispute",
    "processor_fees": "Kept by the payment processor",
}
PERSONAL_TABLES = {
    "bookings": "Bookings",
    "agreements": "Versions of the terms that they agreed to",
    "waiting_list_entries": "Places on waiting lists",
    "promo_codes": "Promo codes for this address",
    "transfers": "Transfers",
    "tickets": "Tickets that were named, transferred or scanned",
    "payments": "Attempts to pay",
    "mails": "Mails",
}
ERASURE_OBSTACLES = {
    "held": "held or being paid",
    "payment_open": "the payment is not settled",
    "refund_pending": "a refund is not finished",
    "dispute_open": "the buyer's bank has a dispute",
    "event_ahead": "the show is still to come",
}
MAIL_KINDS = {
    "booking_confirmed": "Tickets",
    "payment_lost": "Payment came too late",
    "seat_exchanged": "Seat changed",
    "show_changed": "Change of the show",
    "refund": "Refund",
    "reminder": "Reminder",
    "organizer_message": "Your message",
    "promo_code": "Promo code",
}
MAIL_STATES = {
    "queued": "Waits to be sent",
    "claimed": "Being sent",
    "sending": "Being sent",
    "sent": "Sent",
    "skipped": "Not sent",
    "failed": "Failed",
}
PAYMENT_TEST_STEPS = {
    "create": "Create a payment",
    "authorize": "Authorize a test card",
    "cancel": "Cancel the payment",
}
SALES_WORDS = {
    "booking_state": BOOKING_STATES,
    "payment": PAYMENTS,
    "timeline": TIMELINE,
    "refund_state": REFUND_STATES,
    "figure": FIGURES,
    "ledger_kind": LEDGER_KINDS,
    "account": ACCOUNTS,
    "personal_tables": PERSONAL_TABLES,
    "erasure_obstacle": ERASURE_OBSTACLES,
    "mail_kind": MAIL_KINDS,
    "mail_state": MAIL_STATES,
}
