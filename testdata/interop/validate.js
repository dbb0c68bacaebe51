'use strict';
// Gives the site's OB 1.0 assertions to Mozilla's validator, as a backpack of that generation would: it is handed the
// URL and fetches assertion, badge class, issuer and images by itself. Then it is given broken ones, each of which it
// has to refuse for the right reason.

const validate = require('./lib/mozval');
const { main } = require('./lib/site');

const timeout = 30_000;

// run hands input (a URL, or an assertion as a baked image holds it) to the validator and tells what it said.
function run(input) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer on ${JSON.stringify(input)}`)), timeout);
    const crash = (error) => answer({ accepted: false, reason: 'crash; ' + error.message });
    // It may report more than one error; the first one decides.
    const answer = (result) => {
      clearTimeout(timer);
      process.off('uncaughtException', crash);
      resolve(result);
    };
    process.on('uncaughtException', crash);
    validate(input, (error, data) => answer(error
      ? { accepted: false, reason: reason(error) }
      : { accepted: true, version: data.parse.version }));
  });
}

// reason is an error of the validator's as text: its code, and in which field it saw what. What it finds wrong with a
// recipient comes without a code.
function reason(error) {
  const parts = [error.code ?? error.message ?? 'recipient'];
  if (error.field) parts.push(error.field);
  const walk = (value, name) => {
    if (value instanceof Error) {
      const { code, message, expected, received } = value;
      parts.push([name, ...new Set([code, message]), expected && `expected ${expected}`, received && `received ${received}`]
        .filter(Boolean).join(' '));
    } else if (value && typeof value === 'object' && !Buffer.isBuffer(value)) {
      for (const key of Object.keys(value)) walk(value[key], name ? `${name}.${key}` : key);
    }
  };
  if (!(error instanceof Error)) walk(error, '');
  else if (['structure', 'resources'].includes(error.code)) walk(error.extra, '');
  else if (error.received) parts.push(`expected ${error.expected} received ${error.received}`);
  if (parts.length === 1 && error.message !== error.code) parts.push(error.message);
  return parts.filter(Boolean).join('; ');
}

// linked are the files that an assertion leads to.
function linked(site, file) {
  const twin = JSON.parse(site.read(file));
  const badge = JSON.parse(site.read(site.file(twin.badge)));
  return {
    twin: file,
    class: site.file(twin.badge),
    profile: site.file(badge.issuer),
    baked: site.file(twin.image),
    image: site.file(badge.image),
  };
}

const remove = (key) => (doc) => { delete doc[key]; };
const set = (key, value) => (doc) => { doc[key] = value; };

// mutants break one thing of a good assertion each. On says in which document, reason is what the validator must say.
// It has no name for a required property that is missing, which it reports as "undefined".
const mutants = [
  { name: 'no uid', on: 'twin', change: remove('uid'), reason: /structure; assertion\.undefined uid missing/ },
  { name: 'uid is a number', on: 'twin', change: set('uid', 7), reason: /assertion\.uid must be a string/ },
  { name: 'no identity', on: 'twin', change: (d) => delete d.recipient.identity, reason: /assertion\.recipient\.undefined identity missing/ },
  { name: 'identity is no hash', on: 'twin', change: (d) => { d.recipient.identity = 'a$b$c'; }, reason: /recipient\.identity must be a self-identifying hash/ },
  { name: 'unknown hash', on: 'twin', change: (d) => { d.recipient.identity = 'crc32$00000000'; }, reason: /recipient\.identity must be a self-identifying hash/ },
  { name: 'hashed left out', on: 'twin', change: (d) => delete d.recipient.hashed, reason: /assertion\.recipient\.undefined hashed missing/ },
  { name: 'recipient by URL', on: 'twin', change: (d) => { d.recipient.type = 'url'; }, reason: /recipient\.type must be the string/ },
  { name: 'no badge', on: 'twin', change: remove('badge'), reason: /^required; badge$/ },
  { name: 'badge elsewhere', on: 'twin', change: (d) => { d.badge += '.gone'; }, reason: /^http-status; badge; expected 200 received 404$/ },
  { name: 'badge on another host', on: 'twin', change: set('badge', 'https://elsewhere.example/class.json'), reason: /^unreachable; badge$/ },
  { name: 'verify of no known type', on: 'twin', change: (d) => { d.verify.type = 'none'; }, reason: /assertion\.verify\.type must be either/ },
  { name: 'verify without URL', on: 'twin', change: (d) => delete d.verify.url, reason: /^structure; Missing verify URL$/ },
  { name: 'verify at a missing file', on: 'twin', change: (d) => { d.verify.url += '.gone'; }, reason: /resources; .*assertion\.verify\.url.*http-status/ },
  { name: 'verify at another document', on: 'twin', change: (d) => { d.verify.url = d.badge; }, reason: /^deep-equal/ },
  { name: 'no issue date', on: 'twin', change: remove('issuedOn'), reason: /assertion\.undefined issuedOn missing/ },
  { name: 'issue date in words', on: 'twin', change: set('issuedOn', 'last Tuesday'), reason: /assertion\.issuedOn must be/ },
  { name: 'expiry in words', on: 'twin', change: set('expires', 'never'), reason: /assertion\.expires must be/ },
  { name: 'evidence is a list', on: 'twin', change: set('evidence', [{ narrative: 'Seen.' }]), reason: /assertion\.evidence must be an absolute URL/ },
  { name: 'baked image is missing', on: 'baked', answer: { status: 404 }, reason: /resources; .*assertion\.image.*http-status/ },
  { name: 'baked image is sent as JSON', on: 'baked', answer: { type: 'application/json' }, reason: /resources; .*assertion\.image.*content-type/ },
  { name: 'image is sent with a parameter', on: 'image', answer: { type: 'image/png; charset=utf-8' }, reason: /resources; .*badge\.image.*content-type/ },
  { name: 'image is missing', on: 'image', answer: { status: 404 }, reason: /resources; .*badge\.image.*http-status/ },
  { name: 'class without name', on: 'class', change: remove('name'), reason: /badge\.badge\.undefined name missing/ },
  { name: 'class without description', on: 'class', change: remove('description'), reason: /description missing/ },
  { name: 'criteria is an object', on: 'class', change: (d) => { d.criteria = { id: d.criteria }; }, reason: /badge\.criteria must be an absolute URL/ },
  { name: 'image is an object', on: 'class', change: (d) => { d.image = { id: d.image }; }, reason: /badge\.image must be an absolute URL or a dataURL/ },
  { name: 'issuer is an object', on: 'class', change: (d) => { d.issuer = { id: d.issuer }; }, reason: /^unreachable; issuer$/ },
  { name: 'alignment in 2.0 form only', on: 'class', change: set('alignment', [{ targetName: 'A', targetUrl: 'https://a.example/' }]), reason: /badge\.alignment$/ },
  { name: 'tags are a string', on: 'class', change: set('tags', 'go'), reason: /badge\.tags$/ },
  { name: 'class is not JSON', on: 'class', answer: { body: Buffer.from('<!doctype html>') }, reason: /^parse; badge$/ },
  { name: 'issuer without name', on: 'profile', change: remove('name'), reason: /issuer\.undefined name missing/ },
  { name: 'issuer without URL', on: 'profile', change: remove('url'), reason: /issuer\.undefined url missing/ },
  { name: 'issuer e-mail is none', on: 'profile', change: set('email', 'at example'), reason: /issuer\.email must be an email/ },
  { name: 'issuer is missing', on: 'profile', answer: { status: 404 }, reason: /^http-status; issuer; expected 200 received 404$/ },
  // This is why the twin exists. The validator stumbles first over the context that it does not know.
  { name: '2.0 context', on: 'twin', change: (d) => {
    Object.assign(d, { '@context': 'https://w3id.org/openbadges/v2', id: d.verify.url, type: 'Assertion' });
  }, reason: /@context must equal|^Dereferencing a URL/ },
];

main(async (site) => {
  const end = await site.serve();
  const verdict = { tool: 'openbadges-validator ' + require('openbadges-validator/package.json').version, assertions: [], mutants: [] };
  let good = null;
  for (const file of site.files().filter((f) => f.endsWith('/assertion-1.json'))) {
    const result = { file, ...await run(site.url(file)) };
    verdict.assertions.push(result);
    if (result.accepted && !good) good = linked(site, file);
  }
  for (const m of good ? mutants : []) {
    const file = good[m.on];
    const body = m.change ? JSON.parse(site.read(file)) : site.read(file);
    if (m.change) m.change(body);
    site.overlay.set(file, { ...site.answer(site.url(file)), body: m.change ? Buffer.from(JSON.stringify(body)) : body, ...m.answer });
    const result = await run(site.url(good.twin)).catch((error) => ({ accepted: false, reason: String(error.message) }));
    site.overlay.clear();
    verdict.mutants.push({ name: m.name, ...result, expected: String(m.reason), right: !result.accepted && m.reason.test(result.reason) });
  }
  end();
  return verdict;
});
