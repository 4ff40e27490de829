// Passkeys: a form of `data-passkey` asks the browser for one (get) or makes one (create), and sends its answer. The form
// is shown only where the browser can do that: without scripts the page works by password.

const ACTIONS = {
  create: (options, credentials) =>
    credentials.create({
      publicKey: globalThis.PublicKeyCredential.parseCreationOptionsFromJSON(options),
    }),
  get: (options, credentials) =>
    credentials.get({
      publicKey: globalThis.PublicKeyCredential.parseRequestOptionsFromJSON(options),
    }),
};

/** The challenge is fetched at the click: a page may stay open for longer than a challenge is valid. */
async function readOptions(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" }, redirect: "error" });
  if (!response.ok) throw new Error(`options: ${response.status}`);
  return await response.json();
}

async function answer(event) {
  const form = event.target;
  if (form.elements.credential.value) return;
  event.preventDefault();
  const fault = form.querySelector("[data-passkey-fault]");
  const button = form.querySelector("button");
  fault.hidden = true;
  button.disabled = true;
  try {
    const options = await readOptions(form.dataset.options);
    const credential = await ACTIONS[form.dataset.passkey](options, navigator.credentials);
    form.elements.credential.value = JSON.stringify(credential.toJSON());
    button.disabled = false;
    form.requestSubmit(button);
  } catch {
    // The person declined, the device has no passkey, or the session ended: the browser does not say which.
    button.disabled = false;
    fault.hidden = false;
  }
}

function isSupported() {
  return globalThis.PublicKeyCredential?.parseRequestOptionsFromJSON !== undefined;
}

if (isSupported()) {
  for (const form of document.querySelectorAll("[data-passkey]")) {
    form.hidden = false;
    form.addEventListener("submit", answer);
  }
  for (const words of document.querySelectorAll("[data-without-passkeys]")) words.hidden = true;
  globalThis.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("[data-passkey]")) form.elements.credential.value = "";
  });
}
