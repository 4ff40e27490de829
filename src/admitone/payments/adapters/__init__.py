"""Payment providers behind `payments.ports.PaymentProvider`."""
