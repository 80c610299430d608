// Jira's side of Atlassian's host bridge: fills the places of the apps' pages, and answers what these pages ask for.
"use strict";

(() => {
  const given = JSON.parse(document.getElementById("bridge").textContent);
  const host = window.connectHost;

  const asked = async (answer) => {
    if (!answer.ok) throw new Error(`Jira answered ${answer.status}`);
    return answer.json();
  };

  const ask = async (path, values) => {
    const known = Object.entries(values).filter(([, value]) => value);
    return asked(await fetch(`/agent/bridge/${path}?${new URLSearchParams(known)}`, { cache: "no-store" }));
  };

  // What a page is about; the dialogs it opens are about the same.
  const subjectOf = (extension) => ({ app: extension.addon_key, ...extension.options.productContext });

  // A function of the bridge that apps call with a callback or await: its last argument tells which page calls.
  const answering = (work) => {
    const method = async (...parts) => work(parts[parts.length - 1]._context.extension, ...parts.slice(0, -1));
    method.returnsPromise = true;
    return method;
  };

  const leadTo = (target, context = {}) => {
    const known = {
      issue: () => `/agent/issue/${context.issueKey}`,
      dashboard: () => "/agent/",
      site: () => (String(context.relativeUrl || "").startsWith("/") ? context.relativeUrl : "/agent/"),
      projectSummary: () => `/agent/project/${context.projectKey}`,
      addonmodule: () => `/agent/admin/${context.addonKey}/${context.moduleKey}`,
    };
    if (known[target]) window.location.assign(known[target]());
  };

  const request = async (extension, first, second) => {
    const wanted = typeof first === "string" ? { ...second, url: first } : first;
    const data = typeof wanted.data === "string" ? JSON.parse(wanted.data) : wanted.data;
    const headers = { "Content-Type": "application/json" };
    const body = JSON.stringify({ url: wanted.url, type: wanted.type || "GET", data });
    const told = await asked(await fetch("/agent/bridge/rest", { method: "POST", headers, body }));
    const text = told.body === null ? "" : JSON.stringify(told.body);
    const xhr = { status: told.status, statusText: String(told.status), responseText: text };
    if (told.status >= 400) throw { err: `Jira answered ${told.status}`, xhr };
    return { body: text, xhr };
  };

  host.defineModule("context", {
    getToken: answering(async (extension) => (await ask("token", subjectOf(extension))).token),
    getContext: answering((extension) => ask("context", subjectOf(extension))),
  });
  host.defineModule("user", {
    getCurrentUser: answering(() => ({ atlassianAccountId: given.viewer.accountId })),
    getLocale: answering(() => given.viewer.locale),
    getTimeZone: answering(() => given.viewer.timeZone),
  });
  host.defineModule("navigator", {
    go: answering((extension, target, context) => leadTo(target, context)),
    reload: answering(() => window.location.reload()),
    getLocation: answering(() => ({ target: "site", context: { relativeUrl: window.location.pathname } })),
  });
  host.defineModule("jira", { refreshIssuePage: answering(() => window.location.reload()) });
  host.defineModule({ request: answering(request) });

  for (const [name, provider] of Object.entries(window.hostProviders(host, given))) {
    host.frameworkAdaptor.registerModule({
      getModuleRegistrationName: () => name,
      isEnabled: () => true,
      getProvider: () => provider,
    });
  }

  // A page whose address is missing or too old is given a new one.
  host.registerContentResolver.resolveByExtension((extension) => {
    const found = window.jQuery.Deferred();
    ask("address", { ...subjectOf(extension), key: extension.key }).then(found.resolve, (error) =>
      found.reject(extension, { text: error.message }),
    );
    return found.promise();
  });

  // Jira's switch changes the theme of the page that is open: the apps' pages follow it, and are not loaded anew.
  document.getElementById("theme").addEventListener("submit", (event) => {
    event.preventDefault();
    const root = document.documentElement;
    root.dataset.colorMode = root.dataset.colorMode === "dark" ? "light" : "dark";
    const form = event.target;
    fetch(form.action, { method: "POST", body: new URLSearchParams(new FormData(form)), redirect: "manual" });
  });

  for (const frame of given.frames) {
    const place = document.querySelector(`.app-frame[data-app="${frame.app}"][data-key="${frame.key}"]`);
    const options = {
      autoresize: true,
      hostOrigin: window.location.origin,
      sandbox: given.sandbox,
      productContext: { issue: frame.issue || "", project: frame.project || "" },
    };
    const made = host.create({ addon_key: frame.app, key: frame.key, url: frame.url, options });
    made.appendTo(place);
    made.find("iframe").attr("title", frame.title);
  }
})();
