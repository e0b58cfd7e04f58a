/* A button beside each password that shows what is typed: blind typing on a phone is where sign-ins fail. */
(() => {
  "use strict";
  for (const field of document.querySelectorAll("input[data-password]")) {
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
  }
})();
