'use strict';
// The value rules of Open Badges 2.0 ("Primitive datatypes") and what its validators make of them. Each function takes
// a value and returns nothing where it is good, else [rule, message].

const { createPublicKey } = require('node:crypto');

// http and https URLs as RFC 3986, appendix A, has them. User information is left out on purpose.
const pchar = "(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})";
const absolute = new RegExp(
  '^https?://' +
  '(?:\\[[0-9A-Fa-f:.]+\\]|(?:[A-Za-z0-9._~!$&\'()*+,;=-]|%[0-9A-Fa-f]{2})+)' +
  '(?::[0-9]+)?' +
  `(?:/${pchar}*)*` +
  `(?:\\?(?:${pchar}|[/?])*)?` +
  `(?:#(?:${pchar}|[/?])*)?$`,
);
const uuid = /^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[1-5][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;
const moment = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?Z$/;
const hash = /^(?:md5\$[0-9a-f]{32}|sha256\$[0-9a-f]{64})$/;
const didSyntax = /^did:[a-z0-9]+:\S+$/;

function text(value) {
  if (typeof value !== 'string') return ['kind', 'is not a text'];
}

function textOrNumber(value) {
  if (typeof value !== 'string' && typeof value !== 'number') return ['kind', 'is neither a text nor a number'];
}

function yes(value) {
  if (value !== true) return ['kind', 'is not true'];
}

function url(value) {
  if (typeof value !== 'string') return ['kind', 'is not a URL'];
  if (didSyntax.test(value)) return ['did', 'is a DID, which validators refuse'];
  if (!absolute.test(value)) return ['url', 'is not an absolute http or https URL of RFC 3986'];
}

function iri(value) {
  if (typeof value !== 'string') return ['kind', 'is not an IRI'];
  if (didSyntax.test(value)) return ['did', 'is a DID, which validators refuse'];
  if (/^https?:/i.test(value)) return url(value);
  if (!uuid.test(value) && !/^_:\S+$/.test(value)) return ['iri', 'is neither a URL nor a urn:uuid of version 1 to 5'];
}

function secure(value) {
  return url(value) ?? (value.startsWith('https://') ? undefined : ['https', 'is not an https URL']);
}

function date(value) {
  if (typeof value !== 'string') return ['kind', 'is not a text'];
  const parts = moment.exec(value)?.slice(1).map(Number);
  if (!parts) return ['date', 'is not a date and time that ends in Z'];
  const [year, month, day, hour, minute, second] = parts;
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (month < 1 || month > 12 || day < 1 || day > days || hour > 23 || minute > 59 || second > 59) {
    return ['date', 'is no day or time of the calendar'];
  }
}

function email(value) {
  if (typeof value !== 'string' || !/^[^\s@]+@[^\s@]+$/.test(value)) return ['email', 'is not an e-mail address'];
}

function telephone(value) {
  if (typeof value !== 'string' || !/^\+[1-9]\d{1,14}(?:;ext=\d+)?$/.test(value)) {
    return ['telephone', 'is not a number of E.164'];
  }
}

function recipientType(value) {
  if (!['email', 'url', 'telephone'].includes(value)) return ['recipient-type', 'is not email, url or telephone'];
}

function hashed(value) {
  if (typeof value !== 'boolean') return ['kind', 'is not true or false'];
  if (!value) return ['recipient-plain', 'says that the identity is published as it is'];
}

function identity(value) {
  if (typeof value !== 'string' || !hash.test(value)) return ['recipient-hash', 'is not sha256$ or md5$ and lower-case digits'];
}

function salt(value) {
  if (typeof value !== 'string' || value === '') return ['salt', 'is not a text of at least one character'];
}

function hosted(value) {
  if (value !== 'HostedBadge') return ['verification', 'is not HostedBadge'];
}

function signed(value) {
  if (value !== 'SignedBadge') return ['verification', 'is not SignedBadge'];
}

function uuidOnly(value) {
  if (typeof value !== 'string' || !uuid.test(value)) return ['revocation-list', 'is not a urn:uuid'];
}

function pem(value) {
  try {
    if (createPublicKey(value).asymmetricKeyType !== 'rsa') return ['pem', 'is no RSA key'];
  } catch {
    return ['pem', 'is not a public key'];
  }
  if (!value.startsWith('-----BEGIN PUBLIC KEY-----')) return ['pem', 'is not a public key alone'];
}

function policyType(value) {
  if (value !== 'VerificationObject') return ['policy', 'is not VerificationObject'];
}

function policyProperty(value) {
  if (value !== 'id') return ['policy', 'is not id'];
}

function host(value) {
  if (typeof value !== 'string' || !/^[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+$/.test(value)) {
    return ['policy', 'is not a host name with a dot and without a port'];
  }
}

module.exports = {
  text, textOrNumber, yes, url, iri, secure, date, email, telephone, recipientType, hashed, identity, salt, hosted, signed, uuid: uuidOnly, pem,
  policyType, policyProperty, host, didSyntax,
};
