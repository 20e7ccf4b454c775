// Passkeys: forms that send what the browser says of one. They stay hidden where it knows none.

/** @type {Partial<typeof PublicKeyCredential>} */
const known = globalThis.PublicKeyCredential ?? {};

const given = () => JSON.parse(document.getElementById('passkey-options')?.textContent ?? '{}').publicKey;

/** @param {HTMLFormElement} form */
async function asked(form) {
  const answer = await fetch(form.action, { headers: { Accept: 'application/json' } });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).request_options.publicKey;
}

/** @type {Record<string, (form: HTMLFormElement) => Promise<Credential | null>>} */
const ways = {
  create: async () => {
    const options = given();
    // One that signs in by itself: the device keeps whose it is, and asks whether it is them.
    options.authenticatorSelection = {
      ...options.authenticatorSelection,
      residentKey: 'required',
      requireResidentKey: true,
      userVerification: 'required',
    };
    return navigator.credentials.create({ publicKey: known.parseCreationOptionsFromJSON?.(options) });
  },
  show: async () => navigator.credentials.get({ publicKey: known.parseRequestOptionsFromJSON?.(given()) }),
  login: async form => navigator.credentials.get({ publicKey: known.parseRequestOptionsFromJSON?.(await asked(form)) }),
};

/** @param {HTMLFormElement} form */
function serve(form) {
  const way = ways[form.dataset.passkey ?? ''];
  const failed = /** @type {HTMLElement} */ (form.querySelector('[role=alert]'));
  const field = /** @type {HTMLInputElement} */ (form.elements.namedItem('credential'));
  form.hidden = false;
  form.addEventListener('submit', async event => {
    if (field.value) return;
    event.preventDefault();
    failed.hidden = true;
    try {
      field.value = JSON.stringify(await way(form));
      form.requestSubmit();
    } catch {
      failed.hidden = false;
    }
  });
}

if (known.parseCreationOptionsFromJSON) {
  for (const form of /** @type {NodeListOf<HTMLFormElement>} */ (document.querySelectorAll('[data-passkey]'))) {
    serve(form);
  }
  document.getElementById('no-passkeys')?.remove();
}
