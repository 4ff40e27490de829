// Stripe's part of the checkout: the card number goes from Stripe's frame to Stripe only. This page gets the id of a
// payment method, which the form submits like any other; the server confirms it and returns the next step.
const SOURCE = "https://js.stripe.com/v3/";
// Stripe's minor units of these currencies differ from ISO 4217 (see payments/adapters/stripe_amounts.py).
const UNITS = { ISK: 100, UGX: 100, MGA: 0.01 };

let loading;

// Stripe(key), loads its script once. Rejects if the script cannot be loaded.
function openStripe(key) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = SOURCE;
    script.onload = () => resolve(globalThis.Stripe);
    script.onerror = () => {
      loading = undefined; // the next page may retry
      script.remove();
      reject(new Error("The payment processor's form could not be loaded."));
    };
    document.head.append(script);
  });
  return loading.then((Stripe) => Stripe(key));
}

// <stripe-card>: the card's fields. They become a payment method before their form is submitted.
class StripeCard extends HTMLElement {
  async connectedCallback() {
    this.form = this.closest("form");
    this.method = this.form.elements.namedItem("payment_method");
    // In the capture phase: before <live-checkout> submits the form.
    this.form.addEventListener("submit", this.onSubmit = (event) => this.hold(event), { capture: true });
    try {
      this.stripe = await openStripe(this.dataset.key);
      const currency = this.dataset.currency;
      this.elements = this.stripe.elements({
        mode: "payment",
        amount: Math.round(Number(this.dataset.amount) * (UNITS[currency] ?? 1)),
        currency: currency.toLowerCase(),
        captureMethod: "manual",
        paymentMethodCreation: "manual",
        paymentMethodTypes: ["card"],
      });
      this.elements.create("payment").mount(this.querySelector(".fields"));
    } catch (error) {
      this.say(`${error.message} Your seats stay yours; load the page again in a moment.`);
    }
  }

  disconnectedCallback() {
    this.form?.removeEventListener("submit", this.onSubmit, { capture: true });
  }

  async hold(event) {
    if (this.method.value) return; // created below: submit
    event.preventDefault();
    event.stopImmediatePropagation();
    if (!this.elements || this.busy) return;
    this.busy = true;
    const button = event.submitter ?? this.form.querySelector("button");
    button.setAttribute("aria-busy", "true");
    this.say("");
    const made = await this.make();
    this.busy = false;
    button.removeAttribute("aria-busy");
    if (made.error) return this.say(made.error.message);
    await new Promise((done) => setTimeout(done)); // a form that is being submitted ignores a second request
    this.method.value = made.paymentMethod.id;
    this.form.requestSubmit(button);
    this.method.value = ""; // read once; after a decline another one is created
  }

  async make() {
    const checked = await this.elements.submit();
    if (checked.error) return checked;
    const { email, name } = Object.fromEntries(new FormData(this.form));
    const details = { billing_details: { email: email || undefined, name: name || undefined } };
    return this.stripe.createPaymentMethod({ elements: this.elements, params: details });
  }

  say(text) {
    this.querySelector("[role=alert]").textContent = text;
  }
}

// <stripe-bank>: the bank's authentication, in Stripe's own window; then the form fetches the result.
class StripeBank extends HTMLElement {
  async connectedCallback() {
    try {
      const stripe = await openStripe(this.dataset.key);
      await stripe.handleNextAction({ clientSecret: this.dataset.secret });
    } catch {
      return; // the button below asks the server, which has the result
    }
    this.closest("section").querySelector("form").requestSubmit();
  }
}

customElements.define("stripe-card", StripeCard);
customElements.define("stripe-bank", StripeBank);
