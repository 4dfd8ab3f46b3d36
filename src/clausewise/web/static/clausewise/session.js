// Warns two minutes before the session ends, with a button to stay; and keeps what is entered in forms that name a place for drafts
// (data-draft).  Every page works without this.
"use strict";
(() => {
  const dialog = document.getElementById("session-warning");
  if (!dialog) return;
  const stay = document.getElementById("session-stay");
  const shown = document.getElementById("session-seconds");
  const csrf = stay.elements.csrfmiddlewaretoken.value;
  let ends = null;
  let warning = 120;

  const tell = (answer) => {
    ends = Date.now() + answer.seconds * 1000;
    warning = answer.warning_seconds;
  };
  const asked = async (url, sent) => {
    const answer = await fetch(url, { ...sent, headers: { Accept: "application/json", "X-CSRFToken": csrf }, redirect: "error" });
    if (answer.status === 401) leave();
    return answer.ok && answer.status === 200 ? answer.json() : null;
  };
  // Away from a page that others could read over a shoulder; signing in leads back here.
  const leave = () => location.assign(`${dialog.dataset.login}?next=${encodeURIComponent(location.pathname)}`);
  const look = async () => {
    const answer = await asked(dialog.dataset.remaining, {}).catch(() => null);
    if (answer) tell(answer);
  };
  const keep = (form) => fetch(form.dataset.draft, { method: "POST", body: new FormData(form), headers: { "X-CSRFToken": csrf } });

  stay.addEventListener("submit", async (event) => {
    event.preventDefault();
    const answer = await asked(dialog.dataset.stay, { method: "POST" }).catch(() => null);
    if (answer) {
      tell(answer);
      dialog.close();
    }
  });

  let changed = new Set();
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-draft]");
    if (form) changed.add(form);
  });
  const keepChanged = () => {
    changed.forEach((form) => keep(form).catch(() => null));
    changed = new Set();
  };

  // Another window of ours may have made the session last on, so look before warning and before leaving.
  setInterval(async () => {
    if (ends === null) return look();
    let left = Math.round((ends - Date.now()) / 1000);
    if (left <= warning && (!dialog.open || left <= 0)) {
      keepChanged();
      await look();
      left = Math.round((ends - Date.now()) / 1000);
    }
    if (left <= 0) return leave();
    if (left <= warning && !dialog.open) dialog.showModal();
    if (left > warning && dialog.open) dialog.close();
    shown.textContent = String(Math.max(0, left));
  }, 1000);
  setInterval(keepChanged, 20000);
})();
