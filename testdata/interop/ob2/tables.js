'use strict';
// The tables of Open Badges 2.0, "Open Badges Vocabulary", one a class, narrowed to what this project promises: hosted
// badges only, links between documents as plain URLs, hashed recipients, one way to say each thing.
//
// A property is must (required) or may, holds a value that a function of values.js judges or an object of a table of its
// own, or either; many says that a list is good too. A property that is not in the table is an error.

const v = require('./values');

const must = (value, more) => ({ must: true, value, ...more });
const may = (value, more) => ({ value, ...more });
const many = { many: true };

const Image = {
  id: must(v.secure),
  type: may(v.text, many),
  caption: may(v.text),
  author: may(v.iri),
};

const Evidence = {
  id: may(v.iri),
  type: may(v.text, many),
  name: may(v.text),
  description: may(v.text),
  narrative: may(v.text),
  genre: may(v.text),
  audience: may(v.text),
};

const Related = {
  id: must(v.iri),
  type: may(v.text, many),
  version: may(v.textOrNumber),
  '@language': may(v.text),
};

// any class may carry these (OB 2.0, "Properties").
const any = {
  related: may(null, { table: Related, ...many }),
  version: may(v.textOrNumber),
  endorsement: may(v.url, many),
  '@language': may(v.text),
};

// head is judged by rules of its own, as it decides which table holds.
const head = { '@context': {}, id: {}, type: {} };

const Assertion = {
  ...head,
  ...any,
  recipient: must(null, {
    table: {
      type: must(v.recipientType),
      hashed: must(v.hashed),
      salt: may(v.salt), // whether it is there is a rule of its own
      identity: must(v.identity),
    },
  }),
  badge: must(v.secure),
  verification: must(null, { table: { type: must(v.hosted) } }),
  issuedOn: must(v.date),
  expires: may(v.date),
  image: may(v.secure, { table: Image }),
  narrative: may(v.text),
  evidence: may(v.url, { table: Evidence, ...many }),
};

// Signed is an assertion that carries its proof with it: a UUID names it, and a key of its issuer.
const Signed = {
  ...Assertion,
  verification: must(null, { table: { type: must(v.signed), creator: must(v.secure) } }),
};

// Revoked is an assertion or a key that no longer counts: nothing else may be left in it, since validators exist that do not read
// the flag and refuse it only for what is missing.
const Revoked = {
  ...head,
  revoked: must(v.yes),
  revocationReason: may(v.text),
};

const BadgeClass = {
  ...head,
  ...any,
  name: must(v.text),
  description: must(v.text),
  image: must(v.secure),
  criteria: must(v.secure),
  issuer: must(v.secure),
  alignment: may(null, {
    ...many,
    table: {
      targetName: must(v.text),
      targetUrl: must(v.url),
      targetDescription: may(v.text),
      targetFramework: may(v.text),
      targetCode: may(v.text),
      // The keys of 1.x, which that generation requires.
      name: must(v.text),
      url: must(v.url),
      description: may(v.text),
    },
  }),
  tags: may(v.text, many),
};

const Profile = {
  ...head,
  ...any,
  name: must(v.text),
  url: must(v.url),
  email: must(v.email),
  telephone: may(v.telephone),
  description: may(v.text),
  image: may(v.secure),
  publicKey: may(v.secure, many),
  revocationList: may(v.secure),
  verification: may(null, {
    table: {
      type: must(v.policyType),
      verificationProperty: may(v.policyProperty),
      startsWith: may(v.secure),
      allowedOrigins: may(v.host),
    },
  }),
};

const CryptographicKey = {
  ...head,
  owner: must(v.secure),
  publicKeyPem: must(v.pem),
};

const RevocationList = {
  ...head,
  issuer: must(v.secure),
  revokedAssertions: may(null, { ...many, table: { id: must(v.uuid), revocationReason: may(v.text) } }),
};

module.exports = { Assertion, Signed, Revoked, BadgeClass, Profile, CryptographicKey, RevocationList };
