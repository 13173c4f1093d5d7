// Links keep the reader in this tab and this session: each goes the way that Back and Forward go, which Streamlit answers
// with the page and its settings.
function keepLinksHere() {
  const onClick = (event) => {
    const link = event.composedPath().find((one) => one.localName === "a" && one.href); // also inside a component
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    if (event.defaultPrevented || !elsewhere(link)) return;
    const streamlits = Boolean(link.closest('[data-testid="stPageLink"]')); // these ask for a page without its settings
    if (streamlits !== (event.eventPhase === Event.CAPTURING_PHASE)) return;
    if (streamlits) event.stopPropagation();
    event.preventDefault();
    pushEntry({}, "", withSettings(link.href));
    rememberSettings();
    dispatchEvent(new PopStateEvent("popstate"));
  };
  for (const capture of [true, false]) document.addEventListener("click", onClick, { capture });
  return () => [true, false].forEach((capture) => document.removeEventListener("click", onClick, { capture }));
}

// Whether a link leads to another page of the app, or to this one with other settings; an anchor is the browser's.
function elsewhere(link) {
  const same = link.pathname === location.pathname && link.search === location.search;
  return link.origin === location.origin && !link.hasAttribute("download") && !same;
}
