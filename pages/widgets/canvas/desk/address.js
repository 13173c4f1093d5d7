// The address says what was set: topic.experiment.field=words. One side owns it, the desk (kept_settings.js keeps it there).

const STEP = "step"; // of a live run: asked for once, and no setting

const wordsIn = (query, name) => Object.fromEntries([...new URLSearchParams(query)]
  .filter(([key]) => key.startsWith(`${name}.`))
  .map(([key, value]) => [key.slice(name.length + 1), value])
  .filter(([field]) => field !== STEP));

/** Return a query that says `said` of an experiment and everything else as before. */
function queryWith(query, name, said) {
  const params = new URLSearchParams(query);
  for (const key of [...params.keys()]) if (key.startsWith(`${name}.`)) params.delete(key);
  for (const [field, words] of Object.entries(said)) params.append(`${name}.${field}`, words);
  return params.toString();
}

const sameWords = (one, other) => {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
};

class Address {
  constructor(name, moved) {
    this.name = name;
    this.path = location.pathname;
    this.onMove = () => {
      if (location.pathname !== this.path) return;
      clearTimeout(this.later); // what was to be written is of the place that was left
      [this.later, this.said] = [undefined, undefined];
      moved(this.read());
    };
    addEventListener("popstate", this.onMove);
  }

  read() { return wordsIn(location.search, this.name); }

  /** Write soon: browsers bear only so many changes a second. */
  write(said) {
    this.said = said;
    this.later ??= setTimeout(() => this.writeNow(), 150);
  }

  writeNow() {
    clearTimeout(this.later);
    this.later = undefined;
    if (!this.said || location.pathname !== this.path || sameWords(this.read(), this.said)) return;
    const query = queryWith(location.search, this.name, this.said);
    history.replaceState(history.state, "", `${location.pathname}${query ? `?${query}` : ""}${location.hash}`);
  }

  leave() {
    clearTimeout(this.later);
    removeEventListener("popstate", this.onMove);
  }
}
