// Compares canonical statements with those that a JSON-LD processor finds in the same documents. Standard input has one
// JSON object a line: {"document": ..., "statements": "..."}.

import { createInterface } from 'node:readline';
import jsonld from 'jsonld';
import { contexts } from './lib/contexts.mjs';

const documentLoader = async (url) => {
  if (!contexts.has(url)) throw new Error(`no context ${url}`);
  return { contextUrl: null, documentUrl: url, document: contexts.get(url) };
};

let compared = 0;
const different = [];
for await (const line of createInterface({ input: process.stdin })) {
  const { document, statements } = JSON.parse(line);
  compared++;
  let found;
  try {
    // The library of canonicalisation sorts by UTF-16 code unit, the standard by code point.
    const canonical = await jsonld.canonize(document, { algorithm: 'RDFC-1.0', format: 'application/n-quads', safe: true, documentLoader, maxWorkFactor: 3 });
    found = canonical.split('\n').filter(Boolean).map((l) => Buffer.from(l)).sort(Buffer.compare).map((l) => l + '\n').join('');
  } catch (error) {
    found = `error: ${error.message} ${JSON.stringify(error.details ?? {}).slice(0, 300)}`;
  }
  if (found !== statements && different.length < 5) different.push({ document, statements, found });
  else if (found !== statements) different.push({});
}
process.stdout.write(JSON.stringify({ compared, different }) + '\n');
