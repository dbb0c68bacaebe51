'use strict';
// Loads a page anew when it has changed, and only then. It stands in no published page.
(() => {
  const piece = document.getElementById('blazon-serve');
  let { key, shape } = piece.dataset;
  const shown = {}; // the entity tags of the pictures in the page
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

  function pictures() {
    const all = [...document.images].map((i) => i.currentSrc || i.src);
    return [...new Set(all)].filter((url) => url.startsWith(location.origin + '/'));
  }

  function ask() {
    due = document.hidden;
    if (!due) port.postMessage({ path: location.pathname, pictures: pictures() });
  }

  // reload is tried once for each state, so that a page that stays different does not load for ever.
  function reload(wanted) {
    if (sessionStorage.getItem(tried) === wanted) return;
    sessionStorage.setItem(tried, wanted);
    location.reload();
  }

  function compare({ state, tags }) {
    let stale = '';
    for (const [url, { copy, served }] of Object.entries(tags)) {
      shown[url] ??= copy ?? served;
      if (served !== null && shown[url] !== served) stale += served;
    }
    if (state.key !== key && state.shape === shape) {
      restyle(state.styles);
      key = state.key;
    }
    if (state.key !== key || stale !== '') reload(state.key + stale);
    else sessionStorage.removeItem(tried);
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
