'use strict';
// Follows every reference in the site's pages and style sheets, with a parser of its own instead of a browser, so that
// pages which nothing links to are read as well.

const path = require('node:path');
const { parse } = require('parse5');

const attributes = {
  a: ['href'], area: ['href'], link: ['href'], img: ['src', 'srcset'], source: ['src', 'srcset'], script: ['src'],
  iframe: ['src'], form: ['action'], video: ['src', 'poster'], audio: ['src'], track: ['src'], use: ['href'],
  object: ['data'], embed: ['src'],
};
const inMeta = ['og:image', 'og:url', 'twitter:image'];

// read is what a page refers to and what can be referred to in it: {references, ids, base, noindex}.
function read(html) {
  const page = { references: [], ids: new Set(), noindex: false };
  const walk = (node) => {
    const at = Object.fromEntries((node.attrs ?? []).map((a) => [a.name, a.value]));
    if (at.id) page.ids.add(at.id);
    for (const name of attributes[node.tagName] ?? []) {
      if (at[name] === undefined) continue;
      const values = name === 'srcset' ? at[name].split(',').map((s) => s.trim().split(/\s/)[0]) : [at[name]];
      for (const value of values) page.references.push({ from: `${node.tagName} ${name}`, value });
    }
    if (node.tagName === 'meta' && inMeta.includes(at.property ?? at.name)) {
      page.references.push({ from: 'meta ' + (at.property ?? at.name), value: at.content });
    }
    if (node.tagName === 'meta' && at.name === 'robots' && /noindex/.test(at.content)) page.noindex = true;
    for (const child of [...(node.childNodes ?? []), ...(node.content?.childNodes ?? [])]) walk(child);
  };
  walk(parse(html));
  return page;
}

// check returns {references: their number, findings: [{check, page, message}]}.
function check(site, files) {
  const findings = [];
  const report = (what, page, message) => findings.push({ check: what, page, message });
  const pages = new Map();
  const body = (file) => site.overlay.get(file)?.body ?? site.read(file);
  for (const file of files) if (file.endsWith('.html')) pages.set(file, read(body(file).toString('utf8')));

  const there = new Set(files);
  let references = 0;
  const follow = (file, from, value) => {
    references++;
    let url;
    try {
      url = new URL(value, site.url(file));
    } catch {
      report('link', file, `${from} is no URL: ${value}`);
      return;
    }
    if (!/^https?:$/.test(url.protocol)) {
      if (!/^(mailto|tel|data):$/.test(url.protocol)) report('link', file, `${from} has an unexpected scheme: ${value}`);
      return;
    }
    if (url.origin !== new URL(site.base).origin) return;
    const target = site.file(url.href);
    if (target === null || !there.has(target)) {
      report('link', file, `${from} leads to nothing: ${value}`);
      return;
    }
    const fragment = decodeURIComponent(url.hash.slice(1));
    if (fragment && pages.has(target) && !pages.get(target).ids.has(fragment)) {
      report('fragment', file, `${from} leads to no such place: ${value}`);
    }
    // An award that is not public is known to those who have its address; a page that links to it gives that away.
    if (pages.get(target)?.noindex && target !== file && /(^|\/)awards\//.test(target)) {
      report('unlisted', file, `${from} leads to an award that is not public`);
    }
  };
  for (const [file, page] of pages) for (const { from, value } of page.references) follow(file, from, value);
  for (const file of files.filter((f) => f.endsWith('.css'))) {
    const source = body(file).toString('utf8');
    for (const [, , value] of source.matchAll(/url\(\s*(["']?)(.*?)\1\s*\)/g)) follow(file, 'url()', value);
    for (const [, , value] of source.matchAll(/@import\s+(["'])(.*?)\1/g)) follow(file, '@import', value);
  }
  return { references, findings };
}

// kind is what a page shows; pages of one kind come from one template.
function kind(site, file) {
  const parts = file.split('/');
  if (file === 'index.html') return 'home';
  if (file === '404.html') return 'not-found';
  if (file === 'badges/index.html') return 'catalogue';
  if (parts[0] === 'badges') return 'class';
  if (parts[0] === 'issuers') return 'issuer';
  if (parts[0] !== 'awards') return 'page';
  try {
    const assertion = JSON.parse(site.read(path.posix.join(path.posix.dirname(file), 'assertion.json')));
    if (!assertion.revoked) return 'award';
    return assertion.revocationReason === 'Erased' ? 'award-erased' : 'award-revoked';
  } catch {
    return 'award-did';
  }
}

module.exports = { check, kind };
