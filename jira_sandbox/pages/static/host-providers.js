// Flags and dialogs as Jira shows them for Atlassian's host bridge.
"use strict";

window.hostProviders = (host, given) => {
  const FLAG_STAYS = 8000; // ms, of a flag that closes by itself

  const element = (name, attributes = {}, text = "") => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.textContent = text;
    return made;
  };

  const button = (text, pressed, attributes = {}) => {
    const made = element("button", { type: "button", ...attributes }, text);
    made.addEventListener("click", pressed);
    return made;
  };

  const flag = {
    create: (options) => {
      const shown = element("div", { class: `flag ${options.type}` });
      const close = () => {
        if (!shown.isConnected) return;
        shown.remove();
        options.onClose(options.id);
      };
      shown.append(element("strong", {}, options.title || ""), element("p", {}, options.body || ""));
      for (const action of options.actions) shown.append(button(action.actionText, action.executeAction));
      if (options.close !== "never") shown.append(button("×", close, { "aria-label": given.words.close }));
      document.getElementById("flags").append(shown);
      if (options.close === "auto") setTimeout(close, FLAG_STAYS);
      return { close };
    },
  };

  let open = null; // the dialog on top: there is one at most

  const buttonOf = (identifier) => open?.shown.querySelector(`footer [data-identifier="${identifier}"]`);

  const addButton = (options) => {
    const pressed = () => {
      options.onClick();
      if (options.identifier === "cancel") host.dialog.close(open.extension.addon_key);
    };
    const made = button(options.text, pressed, { "data-identifier": options.identifier });
    made.disabled = Boolean(options.disabled);
    made.hidden = Boolean(options.hidden);
    open.shown.querySelector("footer").append(made);
  };

  const dialog = {
    create: (options, extension) => {
      dialog.close();
      const shown = element("dialog", { class: `app-dialog ${options.size || ""}`, "aria-label": options.header || extension.key });
      const place = element("div", { class: "app-frame" });
      if (options.chrome && options.header) shown.append(element("h2", {}, options.header));
      shown.append(place);
      if (options.chrome) shown.append(element("footer"));
      document.body.append(shown);
      open = { shown, extension };
      if (options.chrome) {
        const words = { submit: given.words.submit, cancel: given.words.cancel };
        const text = (action) => (["Submit", "Cancel"].includes(action.text) && words[action.identifier]) || action.text;
        for (const action of options.actions) addButton({ ...action, text: text(action) });
      }
      shown.addEventListener("cancel", (event) => {
        event.preventDefault();
        if (options.closeOnEscape !== false) host.dialog.close(extension.addon_key);
      });
      const known = { dialogId: options.id, isDialog: true, sandbox: given.sandbox };
      host
        .create({ ...extension, options: { ...extension.options, ...known, hostOrigin: window.location.origin } })
        .appendTo(place);
      shown.showModal();
    },
    close: () => {
      if (!open) return;
      const { shown } = open;
      open = null;
      shown.close();
      window.jQuery(shown).find("iframe").each((_, frame) => host.destroy(frame.id));
      shown.remove();
    },
    isActiveDialog: (app) => open !== null && open.extension.addon_key === app,
    isButtonDisabled: (identifier) => Boolean(buttonOf(identifier)?.disabled),
    setButtonDisabled: (identifier, disabled) => {
      const found = buttonOf(identifier);
      if (found) found.disabled = disabled;
    },
    toggleButton: (identifier) => dialog.setButtonDisabled(identifier, !dialog.isButtonDisabled(identifier)),
    isButtonHidden: (identifier) => Boolean(buttonOf(identifier)?.hidden),
    setButtonHidden: (identifier, hidden) => {
      const found = buttonOf(identifier);
      if (found) found.hidden = hidden;
    },
    createButton: addButton,
  };

  // Dialogs that the descriptor declares, with their sizes; and links of Jira's own pages that open one.
  window._AP = window._AP || {};
  window._AP.dialogModules = {};
  for (const { app, key, options } of given.dialogs) {
    window._AP.dialogModules[app] = { ...window._AP.dialogModules[app], [key]: { options } };
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-app-dialog]");
    if (!link) return;
    event.preventDefault();
    const productContext = { issue: link.dataset.issue || "", project: "" };
    host.dialog.create(
      { addon_key: link.dataset.app, key: link.dataset.appDialog, options: { productContext } },
      { chrome: true, header: link.textContent.trim(), size: "medium", id: link.dataset.appDialog },
    );
  });

  return { flag, dialog };
};
