// Makes our pages alive: forms, links and dialogs by the front-end API, with a fresh token from Jira each time.
(() => {
  "use strict";

  const BRIDGE_PATIENCE = 5000; // ms to wait for Jira's script
  const STALE_AFTER = 60000; // ms after which a page that comes back into view is fetched anew
  const page = document.getElementById("page");
  const problem = document.getElementById("problem");
  let fetchedAt = performance.now();

  const bridge = new Promise((found) => {
    const look = () => (window.AP && window.AP.context ? found(window.AP) : setTimeout(look, 50));
    look();
  });

  const language = bridge.then(
    (AP) =>
      new Promise((known) => {
        setTimeout(() => known(document.documentElement.lang), BRIDGE_PATIENCE);
        if (AP.user && AP.user.getLocale) AP.user.getLocale((locale) => known(String(locale).replace("_", "-")));
      }),
  );

  // A page left open all day holds no token: each call asks Jira for one, and once more if it was just too old.
  const call = async (address, method = "GET", values = null) => {
    const AP = await bridge;
    for (let again = false; ; again = true) {
      const headers = { Authorization: `JWT ${await AP.context.getToken()}`, "Accept-Language": await language };
      if (values) headers["Content-Type"] = "application/json";
      const answer = await fetch(address, {
        method,
        headers,
        body: values ? JSON.stringify(values) : null,
        redirect: "error",
        credentials: "omit",
        cache: "no-store",
      });
      if (answer.status !== 401 || again) return answer;
    }
  };

  const tell = (sentence) => {
    problem.textContent = sentence;
    problem.hidden = !sentence;
  };

  const show = (html, spoken) => {
    const kept = document.activeElement && document.activeElement.id;
    const inside = page.contains(document.activeElement);
    page.innerHTML = html;
    const here = page.querySelector("[data-here]"); // a page of several parts says which one is to be fetched anew
    if (here) page.dataset.refresh = here.dataset.here;
    if (spoken) document.documentElement.lang = spoken;
    if (inside) (document.getElementById(kept) || page).focus();
    fetchedAt = performance.now();
  };

  const said = async (answer) => {
    try {
      return await answer.json();
    } catch {
      return {};
    }
  };

  const exchange = async (address, method, values) => {
    page.setAttribute("aria-busy", "true");
    tell("");
    try {
      const answer = await call(address, method, values);
      const body = await said(answer);
      if (body.html !== undefined) show(body.html, body.language);
      if (body.flag) {
        const AP = await bridge;
        AP.flag.create({ title: body.flag.title, body: "", type: body.flag.type, close: "auto" });
      }
      const known = body.html !== undefined || body.flag;
      if (!answer.ok && !known) tell([403, 404].includes(answer.status) ? problem.dataset.refused : problem.dataset.failed);
      return answer.ok ? body : null;
    } catch {
      tell(problem.dataset.failed);
      return null;
    } finally {
      page.removeAttribute("aria-busy");
    }
  };

  const refresh = () => (page.dataset.refresh ? exchange(page.dataset.refresh) : null);

  const valuesOf = (form, button) => {
    const values = {};
    for (const field of form.elements) {
      if (!field.name || field.disabled || field.type === "submit" || field.tagName === "BUTTON") continue;
      if (field.type === "radio" && !field.checked) continue;
      values[field.name] = field.type === "checkbox" ? field.checked : field.value;
    }
    if (button && button.name) values[button.name] = button.value;
    return values;
  };

  const send = async (form, button) => {
    if (form.getAttribute("aria-busy")) return; // pressed twice
    form.setAttribute("aria-busy", "true");
    const values = valuesOf(form, button);
    const address = new URL(form.dataset.send, location.href);
    const asking = form.method === "get";
    if (asking) for (const [name, value] of Object.entries(values)) if (value) address.searchParams.set(name, value);
    const body = await exchange(address, asking ? "GET" : "POST", asking ? null : values);
    form.removeAttribute("aria-busy");
    if (body && form.hasAttribute("data-close-dialog")) (await bridge).dialog.close({ done: true });
  };

  const openDialog = async (button) => {
    const AP = await bridge;
    const { dialog: key, header = document.title, ...customData } = button.dataset;
    AP.events.once("dialog.close", (data) => data && data.done && refresh());
    AP.dialog.create({ key, header, customData, size: "medium", chrome: true });
  };

  const download = async (link) => {
    tell("");
    try {
      const answer = await call(link.dataset.download);
      if (!answer.ok) throw new Error(String(answer.status));
      const file = document.createElement("a");
      file.href = URL.createObjectURL(await answer.blob());
      file.download = link.getAttribute("download") || "relance.csv";
      file.click();
      setTimeout(() => URL.revokeObjectURL(file.href), 10000);
    } catch {
      tell(problem.dataset.failed);
    }
  };

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!form.dataset.send) return;
    event.preventDefault();
    send(form, event.submitter);
  });

  document.addEventListener("click", (event) => {
    const pressed = event.target.closest("[data-dialog], [data-download], [data-get]");
    if (!pressed || pressed === page) return;
    event.preventDefault();
    if (pressed.dataset.dialog) openDialog(pressed);
    else if (pressed.dataset.download) download(pressed);
    else exchange(pressed.dataset.get);
  });

  document.addEventListener("visibilitychange", () => {
    const typing = page.contains(document.activeElement) && /INPUT|TEXTAREA|SELECT/.test(document.activeElement.tagName);
    if (!document.hidden && !typing && performance.now() - fetchedAt > STALE_AFTER) refresh();
  });

  const patience = setTimeout(() => {
    document.getElementById("no-bridge").hidden = false;
  }, BRIDGE_PATIENCE);

  bridge.then(async (AP) => {
    clearTimeout(patience);
    document.getElementById("no-bridge").hidden = true;
    if (AP.theming) AP.theming.initializeTheming();
    // Jira's own button under a dialog sends our form; by itself it would close the dialog over what was written.
    if (AP.dialog && AP.dialog.disableCloseOnSubmit) {
      AP.dialog.disableCloseOnSubmit();
      AP.events.on("dialog.button.click", ({ button }) => {
        const form = page.querySelector("form[data-close-dialog]");
        if (button.name === "submit") form ? form.requestSubmit() : AP.dialog.close();
      });
    }
    document.documentElement.dataset.ready = "true";
    // The browser's language was a guess; the one of the person's account is the truth.
    if ((await language).slice(0, 2) !== document.documentElement.lang.slice(0, 2)) refresh();
  });
})();
