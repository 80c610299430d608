/* Shows what Relance thinks of the issue; the text of Jira and of the app enters the page as text, never as HTML. */
"use strict";

(function () {
  const state = document.getElementById("state");
  const list = document.getElementById("decisions");
  const words = state.dataset;

  function say(text, kind) {
    state.textContent = text;
    state.className = kind || "";
  }

  function line(text, kind) {
    const item = document.createElement("li");
    item.textContent = text;
    item.className = kind || "";
    list.appendChild(item);
  }

  function show(answer) {
    const next = answer.next_at ? new Date(answer.next_at).toLocaleString(document.documentElement.lang) : null;
    say(next ? words.next + " " + next : words.nothing);
    (answer.decisions || []).forEach(function (decision) {
      line((decision.actions || []).concat(decision.reasons || []).join(" · "), decision.outcome === "act" ? "" : "quiet");
    });
  }

  function ask(token) {
    return fetch(words.api, { headers: { Authorization: "JWT " + token }, cache: "no-store" }).then(function (answer) {
      if (answer.status === 404) {
        say(words.foreign, "quiet");
        return;
      }
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      return answer.json().then(show);
    });
  }

  function failed() {
    say(words.failed, "problem");
  }

  /* The bridge comes from Atlassian's address, which a proxy may block: say so instead of waiting for ever. */
  const tooLate = setTimeout(failed, 10000);
  if (!window.AP || !window.AP.context) {
    clearTimeout(tooLate);
    failed();
    return;
  }
  window.AP.context.getToken(function (token) {
    clearTimeout(tooLate);
    ask(token).catch(failed);
  });
})();
