'use strict';
// Loads a page anew when it has changed, and only then. It stands in no published page.
(() => {
  const piece = document.getElementById('blazon-serve');
  let { key, shape } = piece.dataset;
  const shown = {}; // the entity tags of the pictures in the page, by address
  const from = new WeakMap(); // the addresses that pictures had before they were exchanged
  const tried = 'blazon serve ' + location.pathname;
  let due = false;

  const worker = '/.blazon/' + piece.dataset.worker;
  let port;
  try {
    port = new SharedWorker(worker).port;
  } catch {
    port = new Worker(worker);
  }
  port.onmessage = ({ data }) => {
    if (data.changed) ask();
    else compare(data);
  };

  // A picture keeps its address when it changes, and browsers keep copies of it, some where nobody can mend them. So a
  // picture that is known to have changed is asked for under an address that they have no copy of.
  const memory = 'blazon serve pictures';
  const changed = recall();
  const address = (image) => from.get(image) ?? (image.currentSrc || image.src);

  function recall() {
    try {
      return JSON.parse(localStorage.getItem(memory) ?? '{}');
    } catch {
      return {}; // the browser lets pages keep nothing
    }
  }

  function pictures() {
    return [...new Set([...document.images].map(address))].filter((url) => url.startsWith(location.origin + '/'));
  }

  function exchange(url, tag) {
    shown[url] = tag;
    const fresh = new URL(url);
    fresh.searchParams.set('blazon', tag);
    for (const image of document.images) {
      if (address(image) !== url) continue;
      from.set(image, url);
      image.removeAttribute('srcset');
      image.src = fresh.href;
    }
  }

  for (const url of pictures()) {
    if (changed[url]) exchange(url, changed[url]);
  }

  function ask() {
    due = document.hidden;
    if (!due) port.postMessage({ path: location.pathname, pictures: pictures() });
  }

  // reload is tried once for each state, so that a page that stays different does not load for ever.
  function reload(wanted) {
    try {
      if (sessionStorage.getItem(tried) === wanted) return;
      sessionStorage.setItem(tried, wanted);
    } catch {
      // Without a memory there is no telling; the page has changed for all we know.
    }
    location.reload();
  }

  function forget() {
    try {
      sessionStorage.removeItem(tried);
    } catch {
      // There is nothing to forget.
    }
  }

  function compare({ state, tags }) {
    for (const [url, { copy, served }] of Object.entries(tags)) {
      shown[url] ??= copy ?? served;
      if (served === null || shown[url] === served) continue;
      changed[url] = served;
      try {
        localStorage.setItem(memory, JSON.stringify(changed));
      } catch {
        // Then the next page finds out for itself.
      }
      exchange(url, served);
    }
    if (state.key !== key && state.shape === shape) {
      restyle(state.styles);
      key = state.key;
    }
    if (state.key !== key) reload(state.key);
    else forget();
  }

  // restyle exchanges the style sheets of a page that is otherwise the same.
  function restyle(styles) {
    for (const style of styles) {
      const wanted = new URL(style, location.href);
      for (const link of document.querySelectorAll('link[rel~="stylesheet"]')) {
        const have = new URL(link.href);
        if (have.pathname === wanted.pathname && have.href !== wanted.href) link.href = wanted.href;
      }
    }
  }

  const problems = document.getElementById('blazon-problems');
  if (problems) {
    const hide = () => { problems.hidden = true; };
    document.getElementById('blazon-hide').addEventListener('click', hide);
    document.addEventListener('keydown', (event) => { if (event.key === 'Escape') hide(); });
  }

  document.addEventListener('visibilitychange', () => { if (due) ask(); });
  addEventListener('pagehide', () => port.postMessage({ leave: true }));
  addEventListener('pageshow', (event) => { if (event.persisted) ask(); });
  if (document.readyState === 'complete') ask();
  else addEventListener('load', ask);
})();
