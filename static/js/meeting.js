/* A page of a meeting stays fresh: a small question every few seconds, and when the number has changed the parts that
   say something else now. Without it the reader reloads. */
(() => {
  "use strict";

  const root = () => document.querySelector("[data-live]");
  let live = root();
  if (!live?.dataset.pulse) return;

  const HIDDEN = 30000;
  const SLOWEST = 60000;
  let wait = 0;
  let timer = 0;
  let busy = false;

  const every = () => Number(live.dataset.every) * 1000 * (0.85 + Math.random() * 0.3);
  const fresh = document.querySelector("[data-fresh]");
  const say = (text) => {
    for (const place of document.querySelectorAll("[data-said]")) place.textContent = text;
  };
  const state = (text, link) => {
    if (!fresh) return;
    if (link) {
      const a = document.createElement("a");
      a.className = "reach";
      a.href = location.pathname + location.search;
      a.textContent = text;
      fresh.replaceChildren(a);
    } else if (fresh.textContent !== text) fresh.textContent = text;
  };

  /* What is typed or ticked in a part stays when the part is drawn anew, as does the place of the reader in it. */
  const key = (field) => `${field.form?.getAttribute("action") || ""}|${field.name}|${/^(radio|checkbox)$/.test(field.type) ? field.value : ""}`;
  const fields = (part) => [...part.querySelectorAll("input:not([type=hidden]), select, textarea")].filter((field) => field.name);
  const keep = (old, part) => {
    const typed = new Map();
    for (const field of fields(old)) {
      if (/^(radio|checkbox)$/.test(field.type)) {
        if (field.checked !== field.defaultChecked) typed.set(key(field), (to) => { to.checked = field.checked; });
      } else if (field.tagName === "SELECT" || field.value !== field.defaultValue) {
        typed.set(key(field), (to) => { to.value = field.value; });
      }
    }
    for (const field of fields(part)) typed.get(key(field))?.(field);
    for (const box of old.querySelectorAll("details[id]")) {
      const same = part.querySelector(`#${CSS.escape(box.id)}`);
      if (same) same.open = box.open;
    }
  };

  const put = (old, part) => {
    const at = document.activeElement;
    const within = old.contains(at) ? at : null;
    keep(old, part);
    old.replaceWith(part);
    window.htmx?.process(part);
    part.dispatchEvent(new CustomEvent("htmx:load", { bubbles: true, detail: { elt: part } }));
    if (!within) return;
    const text = within.textContent.trim();
    const same = (within.id && document.getElementById(within.id)) || [...part.querySelectorAll("a, button, summary")].find((one) => one.textContent.trim() === text);
    same?.focus({ preventScroll: true });
  };

  const renew = async () => {
    const answer = await fetch(live.dataset.live, { headers: { "X-Live": "1" }, credentials: "same-origin", cache: "no-store" });
    if (answer.status >= 500) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const next = page.querySelector("[data-live]");
    if (!next) {
      /* Signed out, or no longer there for this reader. What is typed is kept. */
      state("Trang không còn tự cập nhật. Mời đồng chí tải lại trang.", true);
      say("Trang không còn tự cập nhật. Mời đồng chí tải lại trang.");
      return false;
    }
    if (next.dataset.over) {
      const writing = [...document.querySelectorAll("form[data-keep] textarea")].some((field) => field.value !== field.defaultValue);
      if (!writing) location.assign(next.dataset.over);
      state(`${next.dataset.say} Mời đồng chí tải lại trang.`, true);
      say(next.dataset.say);
      return false;
    }
    for (const part of next.querySelectorAll("[data-part]")) {
      const old = document.getElementById(part.id);
      if (old && old.dataset.mark !== part.dataset.mark) put(old, document.importNode(part, true));
    }
    if (next.dataset.say !== live.dataset.say) say(next.dataset.say);
    for (const name of ["word", "version", "every", "say"]) live.dataset[name] = next.dataset[name];
    return true;
  };

  const ask = async () => {
    const answer = await fetch(live.dataset.pulse, { headers: { "X-Pulse": live.dataset.word }, credentials: "same-origin", cache: "no-store" });
    if (answer.status === 403) return renew();
    if (!answer.ok) throw new Error(String(answer.status));
    return (await answer.text()).trim() === live.dataset.version || renew();
  };

  const tick = async () => {
    clearTimeout(timer);
    if (busy) return;
    busy = true;
    let goes = true;
    try {
      goes = await ask();
      if (goes) {
        state("Trang tự cập nhật.");
        wait = document.hidden ? HIDDEN : every();
      }
    } catch {
      state("Mạng đang chập chờn. Trang sẽ tự thử lại.");
      wait = Math.min(Math.max(wait, 5000) * 2, SLOWEST);
    }
    busy = false;
    if (goes) timer = setTimeout(tick, wait);
    else live = null;
  };

  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && live) tick();
  });
  state("Trang tự cập nhật.");
  timer = setTimeout(tick, every());
})();
