'use strict';
// Judges all Open Badges 2.0 documents of a site: each by its table, then what they say of each other. Written from the
// specification and from what validators are known to do, not from the program that makes the documents.

const path = require('node:path');
const tables = require('./tables');
const { didSyntax } = require('./values');

// rules are all that a finding may name.
const rules = {
  json: 'a document is a JSON object in UTF-8 without a byte order mark',
  'duplicate-key': 'no object has a key twice',
  context: '@context is the 2.0 URL, as a plain text',
  type: 'type is the class that stands at this path',
  id: 'id is the URL at which the document is served',
  required: 'what the table requires is there',
  empty: 'a property that is there has a value',
  'unknown-property': 'no property is outside the table',
  'single-value': 'what the table has once is no list',
  kind: 'a value is of the kind that the table names',
  'plain-url': 'a link between documents is a plain URL, which 1.x readers need',
  url: 'a URL is one of RFC 3986',
  https: 'what the site publishes is linked by https',
  iri: 'an IRI is a URL or a urn:uuid',
  did: 'no DID stands in a 2.0 document',
  date: 'a date is a moment in UTC',
  'date-order': 'a badge expires after it was issued',
  future: 'no badge was issued in the future',
  email: 'an e-mail address looks like one',
  telephone: 'a telephone number is one of E.164',
  'recipient-type': 'a recipient is known by e-mail, URL or telephone',
  'recipient-plain': 'no recipient is published as it is',
  'recipient-hash': 'an identity is a hash',
  salt: 'a hash has a salt',
  verification: 'a hosted assertion says so',
  policy: 'the verification policy of a Profile is well-formed',
  scope: 'an assertion is within the policy of its issuer',
  'badge-link': 'badge is the BadgeClass that the site publishes there',
  'issuer-link': 'issuer is the Profile that the site publishes there',
  'image-link': 'an image is a file of the site',
  'image-type': 'an image is a PNG or SVG, and named so',
  'criteria-link': 'criteria is a page of the site',
  'alignment-1x': 'the keys of 1.x say the same as those of 2.0',
  stripped: 'a revoked assertion has nothing but the flag and the reason',
  'signed-id': 'a signed assertion has a UUID of its own',
  creator: 'a signed assertion names a key that its issuer lists',
  'key-owner': 'a key and the Profile of its owner name each other',
  pem: 'a key is a public key in PEM form',
  'revocation-list': 'a list of revoked assertions holds none or several, by their UUIDs',
  'list-link': 'the Profile and its list of revoked assertions name each other',
  'twin-state': 'the OB 1.0 form of an assertion is revoked where the assertion is',
};

const context = 'https://w3id.org/openbadges/v2';

// where are the paths at which a class of documents stands.
const where = [
  [/(^|\/)issuers\/[^/]+\/profile\.json$/, 'Profile', ['Issuer', 'Profile']],
  [/(^|\/)badges\/[^/]+\/class\.json$/, 'BadgeClass', ['BadgeClass']],
  [/(^|\/)awards\/[^/]+\/assertion\.json$/, 'Assertion', ['Assertion']],
  [/(^|\/)awards\/[^/]+\/signed\.json$/, 'Signed', ['Assertion']],
  [/(^|\/)issuers\/[^/]+\/keys\/(?!.*\.jwk\.json$)[^/]+\.json$/, 'CryptographicKey', ['CryptographicKey']],
  [/(^|\/)issuers\/[^/]+\/revocations\.json$/, 'RevocationList', ['RevocationList']],
];

const list = (value) => (Array.isArray(value) ? value : [value]);
const isObject = (value) => value !== null && typeof value === 'object' && !Array.isArray(value);
const isEmpty = (value) => value === null || value === '' || (Array.isArray(value) && value.length === 0);

// parse reads a document; it throws [rule, message].
function parse(bytes) {
  let source;
  try {
    source = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw ['json', 'is not UTF-8'];
  }
  let value;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw ['json', 'is not JSON: ' + error.message];
  }
  if (!isObject(value)) throw ['json', 'is not an object'];
  const open = [];
  for (const [token] of source.matchAll(/"(?:[^"\\]|\\.)*"(\s*:)?|[{}[\]]/gs)) {
    if (token === '{' || token === '[') open.push(new Set());
    else if (token === '}' || token === ']') open.pop();
    else if (token.endsWith(':')) {
      const key = JSON.parse(token.replace(/\s*:$/, ''));
      if (open.at(-1).has(key)) throw ['duplicate-key', `has ${key} twice`];
      open.at(-1).add(key);
    }
  }
  return value;
}

// check judges a tree ({base, paths, has, read, url, file}) as of a moment in milliseconds. It returns
// {documents: number of each class, findings: [{rule, file, at, message}]}.
function check(tree, now) {
  const findings = [];
  const docs = new Map(); // path -> {kind, doc}
  const report = (rule, file, at, message) => {
    if (!rules[rule]) throw new Error('no such rule: ' + rule);
    findings.push({ rule, file, at, message });
  };

  // byTable judges an object by a table, the same way at any depth.
  const byTable = (file, at, object, table) => {
    for (const [key, entry] of Object.entries(table)) {
      if (entry.must && (!(key in object) || isEmpty(object[key]))) report('required', file, at + key, 'is missing');
    }
    for (const [key, value] of Object.entries(object)) {
      const entry = table[key];
      if (!Object.hasOwn(table, key)) {
        report('unknown-property', file, at + key, 'is not in the table');
      } else if (isEmpty(value)) {
        if (!entry.must) report(key === 'salt' ? 'salt' : 'empty', file, at + key, 'is empty');
      } else if (entry.value !== undefined) {
        if (Array.isArray(value) && !entry.many) report('single-value', file, at + key, 'is a list');
        list(value).forEach((item, n) => {
          const place = at + key + (Array.isArray(value) ? `[${n}]` : '');
          if (entry.table && isObject(item)) byTable(file, place + '.', item, entry.table);
          else if (!entry.value) report('kind', file, place, 'is not an object');
          else if (isObject(item) && ['image', 'criteria', 'issuer', 'badge'].includes(key)) {
            report('plain-url', file, place, 'is an object');
          } else {
            const wrong = entry.value(item);
            if (wrong) report(wrong[0], file, place, wrong[1]);
          }
        });
      }
    }
  };

  const noDID = (file, at, value) => {
    if (typeof value === 'string' && didSyntax.test(value)) report('did', file, at, 'is a DID');
    else if (value !== null && typeof value === 'object') for (const [k, v] of Object.entries(value)) noDID(file, at ? `${at}.${k}` : k, v);
  };

  for (const file of tree.paths().filter((p) => p.endsWith('.json'))) {
    const expected = where.find(([pattern]) => pattern.test(file));
    let doc;
    try {
      doc = parse(tree.read(file));
    } catch (wrong) {
      if (!Array.isArray(wrong)) throw wrong;
      report(wrong[0], file, '', wrong[1]);
      continue;
    }
    // Elsewhere only what calls itself a 2.0 document is one.
    if (!expected && !list(doc['@context']).includes(context)) continue;
    if (expected?.[1] === 'Signed' && JSON.stringify(doc) === '{"revoked":true}') continue; // erased
    if (doc['@context'] !== context) report('context', file, '@context', 'is not ' + context);
    if (expected?.[1] === 'Signed') {
      if (!/^urn:uuid:[0-9a-f-]{36}$/.test(doc.id)) report('signed-id', file, 'id', 'is not a UUID');
    } else if (doc.id !== tree.url(file)) report('id', file, 'id', 'is not ' + tree.url(file));
    const kind = (expected ?? where.find(([, , types]) => list(doc.type).some((t) => types.includes(t))))?.[1];
    const types = where.find(([, name]) => name === kind)?.[2] ?? [];
    if (!list(doc.type).some((t) => types.includes(t))) {
      report('type', file, 'type', 'is not ' + (types.join(' or ') || 'a class that this check knows'));
    }
    if (!kind) continue;
    noDID(file, '', doc);
    if ((kind === 'Assertion' || kind === 'CryptographicKey') && 'revoked' in doc) {
      const more = Object.keys(doc).filter((key) => !(key in tables.Revoked));
      if (more.length > 0) report('stripped', file, more[0], 'is still there');
      else byTable(file, '', doc, tables.Revoked);
      docs.set(file, { kind: kind === 'Assertion' ? 'Revoked' : 'RevokedKey', doc });
      continue;
    }
    byTable(file, '', doc, tables[kind]);
    docs.set(file, { kind, doc });
  }

  // linked is the document at a URL where it is of the kind wanted.
  const linked = (rule, file, at, url, kind) => {
    const found = typeof url === 'string' ? docs.get(tree.file(url)) : undefined;
    if (found?.kind === kind) return found.doc;
    if (typeof url === 'string') report(rule, file, at, `is not a ${kind} of this site`);
    return undefined;
  };

  const image = (file, at, value) => {
    const url = isObject(value) ? value.id : value;
    if (typeof url !== 'string') return;
    const name = tree.file(url);
    if (name === null || !tree.has(name)) {
      report('image-link', file, at, 'is not a file of this site');
      return;
    }
    const bytes = tree.read(name);
    const png = bytes.subarray(0, 8).equals(Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'));
    const svg = bytes.subarray(0, 256).includes('http://www.w3.org/2000/svg');
    const ext = path.extname(name);
    if (!(ext === '.png' && png) && !(ext === '.svg' && svg)) report('image-type', file, at, 'is not what its name says');
  };

  for (const [file, { kind, doc }] of docs) {
    if (kind === 'Profile') {
      if (doc.image) image(file, 'image', doc.image);
      const { startsWith } = isObject(doc.verification) ? doc.verification : {};
      if (typeof startsWith === 'string' && !startsWith.startsWith(tree.base + '/')) {
        report('policy', file, 'verification.startsWith', 'is not within the site');
      }
    }
    if (kind === 'BadgeClass') {
      linked('issuer-link', file, 'issuer', doc.issuer, 'Profile');
      if (doc.image) image(file, 'image', doc.image);
      if (typeof doc.criteria === 'string') {
        const page = tree.file(doc.criteria);
        if (page === null || !tree.has(page) || !page.endsWith('.html')) report('criteria-link', file, 'criteria', 'is not a page of this site');
      }
      list(doc.alignment ?? []).filter(isObject).forEach((a, n) => {
        for (const [old, now] of [['name', 'targetName'], ['url', 'targetUrl'], ['description', 'targetDescription']]) {
          if (a[old] !== a[now]) report('alignment-1x', file, `alignment[${n}].${old}`, `is not what ${now} says`);
        }
      });
    }
    if (kind === 'CryptographicKey') {
      const owner = linked('key-owner', file, 'owner', doc.owner, 'Profile');
      if (owner && !list(owner.publicKey ?? []).includes(doc.id)) report('key-owner', file, 'id', 'is not listed by its owner');
    }
    if (kind === 'RevocationList') {
      const issuer = linked('list-link', file, 'issuer', doc.issuer, 'Profile');
      if (issuer && issuer.revocationList !== doc.id) report('list-link', file, 'id', 'is not that of the issuer');
      if (list(doc.revokedAssertions ?? []).length === 1) report('revocation-list', file, 'revokedAssertions', 'has a single entry');
    }
    if (kind === 'Signed' && isObject(doc.verification)) {
      const key = linked('creator', file, 'verification.creator', doc.verification.creator, 'CryptographicKey');
      const badge = docs.get(tree.file(String(doc.badge)))?.doc;
      if (key && badge && key.owner !== badge.issuer) report('creator', file, 'verification.creator', 'belongs to somebody else');
    }
    if (kind === 'Assertion' || kind === 'Signed') {
      const badge = linked('badge-link', file, 'badge', doc.badge, 'BadgeClass');
      const issuer = badge && docs.get(tree.file(String(badge.issuer)))?.doc;
      if (issuer && kind === 'Assertion') scope(file, doc, badge, issuer);
      if (doc.image) image(file, 'image', doc.image);
      if (isObject(doc.recipient) && !('salt' in doc.recipient)) report('salt', file, 'recipient.salt', 'is missing');
      const issued = Date.parse(doc.issuedOn);
      if (issued > now) report('future', file, 'issuedOn', 'is not yet');
      if (Date.parse(doc.expires) <= issued) report('date-order', file, 'expires', 'is not after issuedOn');
    }
    if (kind === 'Assertion' || kind === 'Revoked') twin(file, kind);
  }

  // scope is step 4 of hosted verification (OB 2.0, "HostedBadge Verification").
  function scope(file, doc, badge, issuer) {
    if (typeof doc.id !== 'string' || typeof issuer.id !== 'string') return;
    const authority = (url) => /^[a-z]+:\/\/([^/?#]*)/i.exec(url)?.[1];
    const policy = isObject(issuer.verification) ? issuer.verification : {};
    const origins = policy.allowedOrigins ?? authority(issuer.id);
    if (!list(origins).includes(authority(doc.id))) report('scope', file, 'id', 'is on a host that the issuer does not name');
    if (policy.startsWith && !doc.id.startsWith(policy.startsWith)) report('scope', file, 'id', 'does not start as the issuer says');
  }

  function twin(file, kind) {
    const other = path.posix.join(path.posix.dirname(file), 'assertion-1.json');
    if (!tree.has(other)) return;
    let doc;
    try {
      doc = parse(tree.read(other));
    } catch {
      return; // reported above
    }
    const revoked = JSON.stringify(doc) === '{"revoked":true}';
    if (revoked !== (kind === 'Revoked') || (!revoked && 'revoked' in doc)) {
      report('twin-state', other, '', 'does not say what assertion.json says');
    }
  }

  const documents = {};
  for (const { kind } of docs.values()) documents[kind] = (documents[kind] ?? 0) + 1;
  return { documents, findings };
}

module.exports = { rules, check };
