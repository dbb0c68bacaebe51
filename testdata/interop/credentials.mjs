// Verifies every Open Badges 3.0 credential of a published site with the libraries of Digital Bazaar, every VC-JWT and
// every signed 2.0 assertion with jose, and the same after it was broken. Keys come from the site's own did:web documents.

import { createRequire } from 'node:module';
import * as vc from '@digitalbazaar/vc';
import { DataIntegrityProof } from '@digitalbazaar/data-integrity';
import { cryptosuite } from '@digitalbazaar/eddsa-rdfc-2022-cryptosuite';
import { checkStatus } from '@digitalbazaar/vc-bitstring-status-list';
import * as jose from 'jose';
import { contexts } from './lib/contexts.mjs';

const require = createRequire(import.meta.url);
const { main } = require('./lib/site');

// didURL is where the document of a did:web stands.
function didURL(did) {
  const [host, ...path] = did.slice('did:web:'.length).split(':').map(decodeURIComponent);
  return `https://${host}/${path.length ? path.join('/') : '.well-known'}/did.json`;
}

// loader reads documents from the site and contexts from packages; nothing else exists.
function loader(site) {
  const fetched = (url) => {
    const { status, body } = site.answer(url);
    if (status !== 200) throw new Error(`${url} answers ${status}`);
    return JSON.parse(body);
  };
  return async (url) => {
    if (contexts.has(url)) return { contextUrl: null, documentUrl: url, document: contexts.get(url) };
    const [plain, fragment] = url.split('#');
    if (!plain.startsWith('did:web:')) return { contextUrl: null, documentUrl: url, document: fetched(url) };
    const document = fetched(didURL(plain));
    if (document.id !== plain) throw new Error(`${plain} is not the id of its document`);
    if (!fragment) return { contextUrl: null, documentUrl: url, document };
    const method = document.verificationMethod.find((m) => m.id === url);
    if (!method) throw new Error(`${url} is not in its document`);
    return { contextUrl: null, documentUrl: url, document: { '@context': 'https://w3id.org/security/multikey/v1', ...method } };
  };
}

const messages = (error) => [...new Set((error?.errors ?? [error]).flatMap((e) => [e?.message, ...(e?.cause ? messages(e.cause) : [])]).filter(Boolean))];

// verify is what the library says of a credential: {verified, proof, reason}; proof tells whether its signature is good.
async function verify(site, credential, now) {
  const documentLoader = loader(site);
  const suite = new DataIntegrityProof({ cryptosuite });
  let status;
  let revoked = false;
  const result = await vc.verifyCredential({
    credential, suite, documentLoader, now,
    checkStatus: async (options) => {
      status = await checkStatus({ ...options, documentLoader, suite });
      // The library reads the bit and leaves to its caller what it means.
      revoked = status.results?.some((r) => r.status) ?? false;
      return revoked ? { verified: false } : status;
    },
  });
  const proof = result.results?.every((r) => r.verified) ?? false;
  return { verified: result.verified, proof, reason: result.verified ? '' : [revoked ? 'revoked' : '', ...messages(result.error), ...messages(status?.error)].filter(Boolean).join('; ') };
}

// token verifies a VC-JWT as OB 3.0 says.
async function token(site, text) {
  try {
    const { kid } = jose.decodeProtectedHeader(text);
    const { status, body } = site.answer(kid);
    if (status !== 200) throw new Error(`${kid} answers ${status}`);
    const key = await jose.importJWK(JSON.parse(body), 'RS256');
    const { payload } = await jose.compactVerify(text, key, { algorithms: ['RS256'] });
    const claims = JSON.parse(Buffer.from(payload));
    const seconds = (date) => Date.parse(date) / 1000;
    const same = claims.iss === claims.issuer.id && claims.jti === claims.id && claims.sub === claims.credentialSubject.id
      && claims.nbf === seconds(claims.validFrom) && (claims.validUntil ? claims.exp === seconds(claims.validUntil) : !('exp' in claims));
    return { verified: same, reason: same ? '' : 'the claims differ from the credential' };
  } catch (error) {
    return { verified: false, reason: error.message };
  }
}

// signed verifies a signed 2.0 assertion with the key that the issuer's Profile lists.
async function signed(site, text) {
  const read = (url) => JSON.parse(site.answer(url).body);
  try {
    const claims = JSON.parse(Buffer.from(text.split('.')[1], 'base64url'));
    const profile = read(read(claims.badge).issuer);
    if (![profile.publicKey].flat().includes(claims.verification.creator)) throw new Error('the Profile does not list the key');
    const key = read(claims.verification.creator);
    if (key.owner !== profile.id) throw new Error('the key has another owner');
    await jose.compactVerify(text, await jose.importSPKI(key.publicKeyPem, 'RS256'), { algorithms: ['RS256'] });
    const revoked = read(profile.revocationList).revokedAssertions.some((r) => r.id === claims.id);
    return { verified: !revoked, revoked, reason: revoked ? 'revoked' : '' };
  } catch (error) {
    return { verified: false, reason: error.message };
  }
}

// mutants break a good credential in one way each.
const mutants = [
  ['another name', (c) => { c.name += '!'; }],
  ['another recipient', (c) => { c.credentialSubject.identifier[0].identityHash = c.credentialSubject.identifier[0].identityHash.replace(/.$/, (x) => (x === '0' ? '1' : '0')); }],
  ['a later end', (c) => { c.validUntil = '2999-01-01T00:00:00Z'; }],
  ['another status slot', (c) => { c.credentialStatus.statusListIndex = '1'; }],
  ['another criteria text', (c) => { c.credentialSubject.achievement.criteria.narrative = 'Nothing.'; }],
  ['another date of the proof', (c) => { c.proof[0].created = '2020-01-01T00:00:00Z'; }],
  ['another purpose', (c) => { c.proof[0].proofPurpose = 'authentication'; }],
  ['a key that is not in the document', (c) => { c.proof[0].verificationMethod = c.issuer.id + '#z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd'; }],
  ['another signature', (c) => { c.proof[0].proofValue = c.proof[0].proofValue.replace(/.$/, (x) => (x === '2' ? '3' : '2')); }],
  ['an unknown property', (c) => { c.grade = 'A'; }],
  ['no proof', (c) => { delete c.proof; }],
];

main(async (site) => {
  const files = site.files();
  const some = (pattern) => files.filter((f) => pattern.test(f));
  const now = new Date('2100-01-01T00:00:00Z');
  const credentials = [];
  let good;
  for (const file of some(/^awards\/[^/]+\/credential\.json$/)) {
    const credential = JSON.parse(site.read(file));
    if (!credential.proof) {
      credentials.push({ file, gone: credential.revoked === true });
      continue;
    }
    const at = new Date(credential.validFrom);
    const result = await verify(site, structuredClone(credential), at);
    credentials.push({ file, ...result });
    if (result.verified && credential.validUntil && credential.credentialSubject.identifier) good ??= credential;
  }
  const broken = [];
  for (const [name, change] of mutants) {
    const mutant = structuredClone(good);
    change(mutant);
    const { verified, reason } = await verify(site, mutant, new Date(good.validFrom));
    broken.push({ name, verified, reason });
  }
  broken.push({ name: 'after its end', ...(await verify(site, structuredClone(good), now)) });
  const list = site.file(good.credentialStatus.statusListCredential);
  const at = new Date(good.validFrom);
  const replaced = async (name, path, body) => {
    site.overlay.set(path, { status: body === null ? 404 : 200, type: 'application/json', body: Buffer.from(body ?? '') });
    broken.push({ name, ...(await verify(site, structuredClone(good), at)) });
    site.overlay.delete(path);
  };
  const listed = JSON.parse(site.read(list));
  await replaced('a list that is not there', list, null);
  await replaced('a list with another signature', list, JSON.stringify({ ...listed, validFrom: '2001-01-01T00:00:00Z' }));
  await replaced('a list for another purpose', list, JSON.stringify({ ...listed, credentialSubject: { ...listed.credentialSubject, statusPurpose: 'suspension' } }));
  const did = site.file(didURL(good.issuer.id));
  const document = JSON.parse(site.read(did));
  await replaced('a key that asserts nothing', did, JSON.stringify({ ...document, assertionMethod: [] }));
  await replaced('a key of another controller', did, JSON.stringify({ ...document, verificationMethod: document.verificationMethod.map((m) => ({ ...m, controller: 'did:web:elsewhere.example' })) }));

  const tokens = [];
  for (const file of some(/^awards\/[^/]+\/credential\.jwt$/)) tokens.push({ file, ...(site.read(file).length ? await token(site, site.read(file).toString()) : { gone: true }) });
  const jws = [];
  for (const file of some(/^awards\/[^/]+\/signed\.jws$/)) jws.push({ file, ...(site.read(file).length ? await signed(site, site.read(file).toString()) : { gone: true }) });
  const flip = (text, part) => text.split('.').map((p, i) => (i === part ? p.replace(/(.)(.{4})$/, (_, a, b) => (a === 'A' ? 'B' : 'A') + b) : p)).join('.');
  for (const [name, rows, check] of [['token', tokens, token], ['signed assertion', jws, signed]]) {
    const row = rows.find((r) => r.verified);
    if (!row) continue;
    const text = site.read(row.file).toString();
    for (const part of [0, 1, 2]) broken.push({ name: `${name} with part ${part} changed`, ...(await check(site, flip(text, part))) });
  }
  return { tool: `@digitalbazaar/vc ${require('./package.json').dependencies['@digitalbazaar/vc']}`, credentials, tokens, signed: jws, mutants: broken };
});
