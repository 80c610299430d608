// What Jira's own page gives to Atlassian's host bridge before it starts.
"use strict";

window.AJS = {
  $: window.jQuery,
  escapeHtml: (text) => {
    const place = document.createElement("span");
    place.textContent = text;
    return place.innerHTML;
  },
  // Jira's own layers, of which it asks for the one on top: dialogs of apps are not among them here.
  LayerManager: { global: { getTopLayer: () => null } },
};
