'use strict';
// Asks the server for the pages that are open: what has changed, what they would be by now, and whether their pictures
// are still the ones that are served. One worker serves all tabs, since browsers open few connections to one server.

const pages = new Set();
let version = null;

const events = new EventSource('events');
events.onmessage = (event) => {
  version = event.data;
  for (const page of pages) page.postMessage({ changed: true });
};

async function state(path) {
  const response = await fetch('state?path=' + encodeURIComponent(path), { cache: 'no-store' });
  if (!response.ok) throw new Error(response.statusText);
  return response.json();
}

// tag is a picture's entity tag: that of the copy that the browser has, or the server's. Asking the server mends the copy.
async function tag(url, cache) {
  try {
    const response = await fetch(url, { cache, mode: 'same-origin' });
    return response.ok ? response.headers.get('ETag') : null;
  } catch {
    return null; // no server
  }
}

async function answer(page, { path, pictures }) {
  try {
    const told = await state(path);
    const tags = {};
    for (const url of pictures) tags[url] = { copy: await tag(url, 'force-cache'), served: await tag(url, 'no-cache') };
    page.postMessage({ state: told, tags });
  } catch {
    // The server is gone; when it is back, the stream of events says so.
  }
}

function attach(page) {
  page.onmessage = ({ data }) => {
    if (data.leave) {
      pages.delete(page);
      return;
    }
    pages.add(page);
    answer(page, data);
  };
}

if ('onconnect' in self) self.onconnect = (event) => attach(event.ports[0]);
else attach(self);
