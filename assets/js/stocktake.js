// A stocktake without waiting for pages: each reading is sent at once and answered by tone, colour and text, and the
// lists follow. Readings that come faster than the answers wait for their turn. Without a network the form is sent as
// it is, and the browser says so.
import { signal } from "./scan.js";

export function startStocktake(form) {
  const field = form.querySelector("[name=tag]");
  const told = document.querySelector("[data-signal]");
  let turn = Promise.resolve();
  field.focus();
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const tag = field.value;
    field.value = "";
    turn = turn.then(() => send(tag));
  });

  async function send(tag) {
    let page;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new URLSearchParams({ tag }) });
      page = new DOMParser().parseFromString(await answer.text(), "text/html");
    } catch {
      field.value = tag;
      form.submit();
      return;
    }
    for (const part of document.querySelectorAll("[data-part]")) {
      const fresh = page.querySelector(`[data-part="${part.dataset.part}"]`);
      if (fresh) part.replaceChildren(...fresh.childNodes);
    }
    const said = page.querySelector("[data-signal][data-kind]");
    const fault = page.querySelector(".govuk-error-summary__body");
    if (said) signal(told, said.dataset.kind, said.textContent);
    else if (fault) signal(told, "bad", fault.textContent.trim());
    else location.reload();
    field.focus();
  }
}
