// Asks the browser for a passkey: to sign in (data-passkey="get") or to add one (data-passkey="create").
(() => {
  "use strict";

  async function ask(path, token, body) {
    const answer = await fetch(path, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", "X-Form-Token": token },
      body: JSON.stringify(body ?? {}),
    });
    const said = await answer.json().catch(() => ({}));
    if (!answer.ok) throw new Error(said.detail || "");
    return said;
  }

  async function signIn(form) {
    const token = form.dataset.token;
    const options = await ask("/sign-in/passkey/options", token);
    const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options);
    const credential = await navigator.credentials.get({ publicKey });
    return ask("/sign-in/passkey/finish", token, credential.toJSON());
  }

  async function add(form) {
    const token = form.dataset.token;
    const options = await ask("/me/passkeys/options", token);
    const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(options);
    const credential = await navigator.credentials.create({ publicKey });
    const name = form.elements.namedItem("name").value;
    return ask("/me/passkeys", token, { credential: credential.toJSON(), name });
  }

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    const problem = form.querySelector("[role=alert]");
    if (!window.PublicKeyCredential?.parseRequestOptionsFromJSON) {
      form.hidden = true;
      document.querySelector("[data-no-passkeys]")?.removeAttribute("hidden");
      continue;
    }
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const button = form.querySelector("button");
      button.disabled = true;
      problem.hidden = true;
      try {
        const said = await (form.dataset.passkey === "get" ? signIn(form) : add(form));
        window.location.assign(said.go_on);
      } catch (error) {
        // The browser's own errors are for developers: what to do stands on the page.
        const ours = error instanceof Error && error.constructor === Error && error.message;
        problem.textContent = ours || problem.dataset.words;
        problem.hidden = false;
        button.disabled = false;
      }
    });
  }
})();
