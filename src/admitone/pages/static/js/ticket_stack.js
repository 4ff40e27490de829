// <ticket-stack>: on a phone, several tickets are a row to swipe, one at a time; without this script they are a list.
// The browser scrolls and snaps (css/tickets.css); this script adds the buttons, the arrow keys and the position.

class TicketStack extends HTMLElement {
  connectedCallback() {
    this.turn = this.querySelector(".stack-turn");
    if (!this.turn) return;
    this.list = this.querySelector(".tickets");
    this.tickets = [...this.list.children];
    this.shown = 0;
    this.classList.add("is-row");
    this.turn.hidden = false;
    this.list.tabIndex = 0;
    this.list.setAttribute("aria-label", "Tickets");
    this.turn.addEventListener("click", ({ target }) => {
      const step = Number(target.closest("button")?.dataset.step);
      if (step) this.show(this.shown + step);
    });
    this.list.addEventListener("keydown", (event) => {
      const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
      if (!step || event.target !== this.list) return;
      event.preventDefault();
      this.show(this.shown + step);
    });
    this.watcher = new IntersectionObserver((entries) => this.note(entries), { root: this.list, threshold: 0.6 });
    this.tickets.forEach((ticket) => this.watcher.observe(ticket));
    this.mark();
  }

  disconnectedCallback() {
    this.watcher?.disconnect();
  }

  show(index) {
    const ticket = this.tickets[Math.max(0, Math.min(index, this.tickets.length - 1))];
    ticket.scrollIntoView({ block: "nearest", inline: "center" });
  }

  // As a list, on wide screens, several are in view at once: the first counts.
  note(entries) {
    const inView = entries.filter((entry) => entry.isIntersecting).map((entry) => this.tickets.indexOf(entry.target));
    if (inView.length === 0) return;
    this.shown = Math.min(...inView);
    this.mark();
  }

  mark() {
    this.querySelector("[role=status]").textContent = `${this.shown + 1} of ${this.tickets.length}`;
    this.querySelectorAll(".dots i").forEach((dot, index) => dot.classList.toggle("is-on", index === this.shown));
    const [previous, next] = this.turn.querySelectorAll("button");
    previous.disabled = this.shown === 0;
    next.disabled = this.shown === this.tickets.length - 1;
  }
}

customElements.define("ticket-stack", TicketStack);
