/* Passkeys: asks the browser for one and sends what it answers. A form with data-passkey stays hidden without this. */
(() => {
  "use strict";

  if (!window.PublicKeyCredential || !navigator.credentials) return;

  const toBytes = (text) => {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, (sign) => sign.charCodeAt(0)).buffer;
  };
  const toText = (bytes) => {
    let plain = "";
    for (const byte of new Uint8Array(bytes)) plain += String.fromCharCode(byte);
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };

  const readable = (options) => {
    const asked = { ...options.publicKey, challenge: toBytes(options.publicKey.challenge) };
    if (asked.user) asked.user = { ...asked.user, id: toBytes(asked.user.id) };
    for (const list of ["excludeCredentials", "allowCredentials"]) {
      if (asked[list]) asked[list] = asked[list].map((one) => ({ ...one, id: toBytes(one.id) }));
    }
    return { publicKey: asked };
  };

  const sendable = (got) => {
    const response = {};
    for (const part of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (got.response[part]) response[part] = toText(got.response[part]);
    }
    if (got.response.getTransports) response.transports = got.response.getTransports();
    return {
      type: got.type,
      id: got.id,
      rawId: toText(got.rawId),
      authenticatorAttachment: got.authenticatorAttachment || undefined,
      response,
      clientExtensionResults: got.getClientExtensionResults(),
    };
  };

  const optionsOf = async (form) => {
    if (form.dataset.options) return JSON.parse(form.dataset.options);
    const answer = await fetch(form.action, { headers: { Accept: "application/json" }, credentials: "same-origin" });
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.json()).request_options;
  };

  const wordsFor = (error) => {
    if (error.name === "InvalidStateError") return "Thiết bị này đã có khóa truy cập của đồng chí rồi.";
    if (error.name === "NotAllowedError") return "Chưa xác nhận xong trên thiết bị. Đồng chí thử lại, hoặc chọn cách khác.";
    return "Thiết bị này chưa dùng được khóa truy cập. Đồng chí chọn cách khác.";
  };

  const ask = async (form) => {
    const place = form.querySelector("[data-passkey-error]");
    place.hidden = true;
    try {
      const options = readable(await optionsOf(form));
      const got = await (form.dataset.passkey === "create" ? navigator.credentials.create(options) : navigator.credentials.get(options));
      form.elements.credential.value = JSON.stringify(sendable(got));
      form.submit();
    } catch (error) {
      place.textContent = wordsFor(error);
      place.hidden = false;
    }
  };

  for (const form of document.querySelectorAll("form[data-passkey]")) {
    form.hidden = false;
    document.querySelector("[data-no-passkey]")?.remove();
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(form);
    });
  }
})();
