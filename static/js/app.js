/* What makes pages smoother. Every page works without it. */
(() => {
  "use strict";

  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const store = {
    get(name) {
      try { return JSON.parse(localStorage.getItem(name)); } catch { return null; }
    },
    set(name, value) {
      try { localStorage.setItem(name, JSON.stringify(value)); } catch { /* private window: nothing is kept */ }
    },
    drop(name) {
      try { localStorage.removeItem(name); } catch { /* the same */ }
    },
    names(start) {
      try { return Object.keys(localStorage).filter((name) => name.startsWith(start)); } catch { return []; }
    },
  };

  const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value || "";

  const note = (tone, text, before) => {
    const box = document.createElement("div");
    box.className = `notice notice--${tone}`;
    box.setAttribute("role", "status");
    const body = document.createElement("div");
    body.className = "notice__body";
    body.textContent = text;
    box.append(body);
    before.before(box);
    return box;
  };

  /* htmx: the token on every change, a session that ended leads to the sign-in page. */
  document.addEventListener("htmx:configRequest", (event) => {
    if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = token();
  });
  document.addEventListener("htmx:sendError", () => {
    if (!document.querySelector("[data-offline]")) {
      const main = document.querySelector("main");
      if (main?.firstElementChild) note("warn", "Mạng đang chập chờn. Trang sẽ tự thử lại.", main.firstElementChild).dataset.offline = "";
    }
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.detail.successful) document.querySelector("[data-offline]")?.remove();
  });

  /* Error summary: the focus goes there; its links put the focus into the field. */
  const toField = (link) => {
    const field = document.getElementById(decodeURIComponent(link.hash.slice(1)));
    if (!field) return false;
    const control = field.matches("input, select, textarea") ? field : field.querySelector("input, select, textarea") || field;
    (control.closest(".field") || control).scrollIntoView({ block: "center" });
    control.focus({ preventScroll: true });
    return true;
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-errors] a[href^='#']");
    if (link && toField(link)) event.preventDefault();
  });

  /* Menus close by a click elsewhere and by Escape; Escape also closes the sheet of all entries. */
  document.addEventListener("click", (event) => {
    for (const menu of all("details[data-menu][open]")) if (!menu.contains(event.target)) menu.open = false;
    if (event.target.closest(".side:target .side__link")) document.querySelector(".side__close")?.click();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of all("details[data-menu][open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
    if (location.hash === "#dieu-huong") location.hash = "noi-dung";
  });

  /* Text size and light: at once, remembered by the server. */
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-look]");
    const button = event.submitter;
    if (!form || !button?.name) return;
    event.preventDefault();
    const data = new FormData(form, button);
    document.documentElement.dataset[button.name] = button.value;
    for (const same of all(`form[data-look] button[name="${button.name}"]`)) same.setAttribute("aria-pressed", String(same.value === button.value));
    fetch(form.action, { method: "POST", body: data, headers: { "X-Requested-With": "fetch" }, credentials: "same-origin" }).catch(() => {});
  });

  /* Typed text outlives a time-out: kept in this browser for this reader, for a day at most. */
  const KEEP = "giu:";
  const DAY = 24 * 3600 * 1000;
  const reader = document.body.dataset.reader || "";
  let signedOut = false;
  const keepName = (form) => `${KEEP}${reader}:${form.dataset.keep || form.getAttribute("action") || location.pathname}`;
  const keepable = (form) =>
    all("textarea, select, input[type=text], input[type=number], input:not([type])", form).filter((field) => field.name && !field.disabled && !field.closest("[data-no-keep]"));

  const watch = (form) => {
    const name = keepName(form);
    let timer = 0;
    const start = Object.fromEntries(keepable(form).map((field) => [field.name, field.value]));
    const kept = store.get(name);
    const lost = kept && kept.reader === reader ? keepable(form).filter((field) => field.name in kept.values && kept.values[field.name] !== field.value) : [];
    /* An answer to what was sent shows the text itself, perhaps merged with what somebody else wrote meanwhile. */
    if (lost.length && !("answer" in document.body.dataset) && !form.querySelector("[aria-invalid=true]")) {
      for (const field of lost) field.value = kept.values[field.name];
      const box = note("info", "Nội dung đồng chí đang viết dở đã được giữ lại. ", form);
      const undo = document.createElement("button");
      undo.type = "button";
      undo.className = "button button--small";
      undo.textContent = "Bỏ phần viết dở";
      undo.addEventListener("click", () => {
        for (const field of lost) field.value = start[field.name];
        store.drop(name);
        box.remove();
        clearTimeout(timer);
        timer = 0;
      });
      box.append(undo);
    }
    const save = (sent) => {
      clearTimeout(timer);
      timer = 0;
      store.set(name, { reader, sent, at: Date.now(), values: Object.fromEntries(keepable(form).map((field) => [field.name, field.value])) });
    };
    form.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(save, 400, false);
    });
    form.addEventListener("change", () => save(false));
    form.addEventListener("submit", () => save(true));
    form.addEventListener("click", (event) => {
      if (!event.target.closest(".buttons a")) return;
      clearTimeout(timer);
      timer = 0;
      store.drop(name);
    });
    window.addEventListener("pagehide", () => {
      if (timer && !signedOut) save(false);
    });
  };

  /* What the server has kept while it was typed needs no keeping here. */
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.successful && event.detail.elt.closest("[data-saves]")?.closest("form[data-keep]");
    if (form) store.drop(keepName(form));
  });

  const tidyKept = () => {
    const saved = document.querySelector("[data-saved]");
    for (const name of store.names(KEEP)) {
      const kept = store.get(name);
      const foreign = reader && kept?.reader !== reader;
      if (!kept || foreign || Date.now() - kept.at > DAY || (saved && kept.sent)) store.drop(name);
    }
  };

  document.addEventListener("submit", (event) => {
    if (!event.target.matches("form[data-forget]")) return;
    signedOut = true;
    for (const name of store.names(KEEP)) store.drop(name);
  });

  /* A question before what cannot be taken back; one sending only; a warning before leaving unsaved text. */
  let dirty = null;

  document.addEventListener("submit", (event) => {
    const form = event.target;
    const question = event.submitter?.dataset.confirm || form.dataset.confirm;
    if (question && !window.confirm(question)) {
      event.preventDefault();
      return;
    }
    if (event.defaultPrevented || form.method.toLowerCase() !== "post") return;
    if (form.dataset.sent && Date.now() - Number(form.dataset.sent) < 15000) {
      event.preventDefault();
      return;
    }
    if (!form.hasAttribute("hx-post")) form.dataset.sent = String(Date.now());
    event.submitter?.setAttribute("aria-busy", "true");
    if (dirty === form) dirty = null;
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-confirm]");
    if (link && !window.confirm(link.dataset.confirm)) event.preventDefault();
  });
  window.addEventListener("pageshow", () => {
    for (const form of all("form[data-sent]")) delete form.dataset.sent;
    for (const button of all("[aria-busy=true]")) button.removeAttribute("aria-busy");
  });
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-guard]");
    if (form) dirty = form;
  });
  window.addEventListener("beforeunload", (event) => {
    if (dirty?.isConnected) event.preventDefault();
  });

  /* Tables: one box ticks all; the count of ticked rows stands in [data-checked-count]. */
  const countChecked = (table) => {
    const boxes = all("tbody input[type=checkbox]:not(:disabled)", table);
    const checked = boxes.filter((box) => box.checked).length;
    const head = table.querySelector("[data-check-all]");
    if (head) {
      head.checked = checked > 0 && checked === boxes.length;
      head.indeterminate = checked > 0 && checked < boxes.length;
    }
    const form = table.closest("form") || document;
    for (const place of all("[data-checked-count]", form)) place.textContent = checked;
  };
  document.addEventListener("change", (event) => {
    const table = event.target.closest("table");
    if (!table || event.target.type !== "checkbox") return;
    if (event.target.matches("[data-check-all]")) {
      for (const box of all("tbody input[type=checkbox]:not(:disabled)", table)) box.checked = event.target.checked;
    }
    countChecked(table);
  });

  /* The browser names its file button in its own language; ours stands before it. */
  const dressFile = (box) => {
    const [input, face] = [box.querySelector("input"), box.querySelector(".file__face")];
    const name = face.querySelector(".file__name");
    const show = () => {
      const names = [...input.files].map((file) => file.name);
      name.textContent = names.length ? names.join(", ") : name.dataset.none;
    };
    input.addEventListener("change", show);
    show();
    face.hidden = false;
    box.classList.add("file--ready");
  };

  /* A button beside each password that shows what is typed: blind typing on a phone is where sign-ins fail. */
  const dressPassword = (field) => {
    const label = field.dataset.password;
    const button = document.createElement("button");
    button.type = "button";
    button.className = "button button--small button--plain";
    const say = () => {
      const shown = field.type === "text";
      button.textContent = shown ? `Ẩn ${label}` : `Hiện ${label}`;
    };
    button.addEventListener("click", () => {
      field.type = field.type === "text" ? "password" : "text";
      say();
    });
    field.form?.addEventListener("submit", () => { field.type = "password"; });
    say();
    field.after(button);
  };

  /* How many letters are left, once a fifth or less is. */
  const countLetters = (place) => {
    const field = document.getElementById(place.dataset.countFor);
    if (!field) return;
    const left = field.maxLength - field.value.length;
    place.hidden = left > field.maxLength / 5;
    place.textContent = `Còn ${left.toLocaleString("vi-VN")} ký tự.`;
    place.classList.toggle("field__count--over", left <= 0);
  };
  document.addEventListener("input", (event) => {
    const place = event.target.id && document.querySelector(`[data-count-for="${CSS.escape(event.target.id)}"]`);
    if (place) countLetters(place);
  });

  /* The tree opens where it was left. */
  const TREE = `cay:${reader}`;
  const opened = new Set(store.get(TREE) || []);
  document.addEventListener("toggle", (event) => {
    const id = event.target.dataset?.node;
    if (!id) return;
    if (event.target.open) opened.add(id);
    else opened.delete(id);
    store.set(TREE, [...opened].slice(-200));
  }, true);

  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });

  /* Passkeys on the sign-in page: their script is fetched when one is asked for. */
  if (window.PublicKeyCredential) {
    for (const form of all("form[data-passkey][data-script]")) {
      form.hidden = false;
      form.addEventListener("submit", (event) => {
        event.preventDefault();
        const script = document.createElement("script");
        script.src = form.dataset.script;
        script.addEventListener("load", () => form.requestSubmit());
        document.head.append(script);
      }, { once: true });
    }
  }

  const dress = (root) => {
    for (const button of all("[data-print][hidden]", root)) button.hidden = false;
    for (const place of all("[data-count-for]", root)) countLetters(place);
    for (const box of all("[data-file]", root)) dressFile(box);
    for (const field of all("input[data-password]", root)) dressPassword(field);
    for (const form of all("form[data-keep]", root)) watch(form);
    for (const node of all("details[data-node]:not([open])", root)) if (opened.has(node.dataset.node)) node.open = true;
    for (const table of all("table:has([data-check-all])", root)) countChecked(table);
  };

  const begin = () => {
    tidyKept();
    dress(document);
    const faults = document.querySelector("[data-errors]");
    faults?.focus();
    /* After the skip link the address ends in #noi-dung, and the browser would take the focus there. */
    if (faults && location.hash) window.addEventListener("load", () => setTimeout(() => faults.focus()));
  };
  document.addEventListener("htmx:load", (event) => {
    if (event.detail.elt !== document.body) dress(event.detail.elt);
  });
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
