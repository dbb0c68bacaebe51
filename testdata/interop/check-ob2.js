'use strict';
// Checks every Open Badges 2.0 document of a site, then itself: on a small part of the site that is good, it breaks one
// thing at a time and asks whether the rule that should notice does.

const fs = require('node:fs');
const path = require('node:path');
const { main } = require('./lib/site');
const { rules, check } = require('./ob2/rules');
const { mutants, variants } = require('./ob2/mutants');

// Tree is a site as the rules read it; files in changes (path -> bytes) stand in for the folder's.
class Tree {
  constructor(site, paths, changes = new Map()) {
    Object.assign(this, { site, base: site.base, list: paths, changes });
  }

  paths() { return [...new Set([...this.list, ...this.changes.keys()])]; }
  has(file) { return this.changes.has(file) || fs.existsSync(path.join(this.site.dir, file)); }
  read(file) { return this.changes.get(file) ?? this.site.read(file); }
  url(file) { return this.site.url(file); }
  file(url) { return this.site.file(url); }
}

// sample is one document of each kind, chained: an assertion with a twin and a signed form, its class, its issuer with a key
// and a list of revoked assertions, and a revoked one.
function sample(site, paths) {
  const read = (file) => JSON.parse(site.read(file));
  const assertions = paths.filter((p) => p.endsWith('/assertion.json'));
  const twinOf = (file) => path.posix.join(path.posix.dirname(file), 'assertion-1.json');
  const signedOf = (file) => path.posix.join(path.posix.dirname(file), 'signed.json');
  const assertion = assertions.find((p) => !read(p).revoked && paths.includes(twinOf(p)) && paths.includes(signedOf(p)));
  const revoked = assertions.find((p) => read(p).revoked);
  if (!assertion || !revoked) throw new Error('the site has no assertion with a twin and a signed form, or no revoked assertion');
  const badge = site.file(read(assertion).badge);
  const profile = site.file(read(badge).issuer);
  const key = site.file(read(signedOf(assertion)).verification.creator);
  const revocations = site.file(read(profile).revocationList);
  return { assertion, revoked, twin: twinOf(assertion), signed: signedOf(assertion), class: badge, profile, key, revocations, image: site.file(read(assertion).image) };
}

// broken is the sample's tree with one mutant or variant in it.
function broken(site, good, m) {
  const file = m.as ?? good[m.file ?? m.on];
  let body = m.body;
  if (body === undefined) {
    const source = site.read(good[m.on]).toString('utf8');
    if (m.text) {
      body = m.text(source);
    } else {
      const doc = JSON.parse(source);
      m.change(doc, site.url(file));
      body = JSON.stringify(doc);
    }
  }
  return new Tree(site, Object.values(good), new Map([[file, Buffer.from(body)]]));
}

main(async (site) => {
  const now = Date.now();
  const paths = site.files();
  const verdict = { tool: 'check-ob2', ...check(new Tree(site, paths), now), rules: Object.keys(rules), unseen: [], mutants: [], variants: [] };
  const good = sample(site, paths);
  verdict.sample = check(new Tree(site, Object.values(good)), now).findings;
  for (const m of mutants) {
    const found = [...new Set(check(broken(site, good, m), now).findings.map((f) => f.rule))];
    verdict.mutants.push({ name: m.name, on: m.on, rule: m.rule, found, noticed: found.includes(m.rule) });
  }
  for (const m of variants) {
    verdict.variants.push({ name: m.name, on: m.on, findings: check(broken(site, good, m), now).findings });
  }
  verdict.unseen = Object.keys(rules).filter((rule) => !mutants.some((m) => m.rule === rule));
  return verdict;
});
