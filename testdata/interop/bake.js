'use strict';
// Takes badges out of SVGs with Mozilla's bakery and puts badges into SVGs with it. FOLDER/baked holds what is to be
// unbaked; FOLDER/plain what is to be baked, with each of the options in FOLDER/options.json, into FOLDER/theirs.

const fs = require('node:fs');
const path = require('node:path');
const bakery = require('openbadges-bakery');

const timeout = 10_000;

// answer is what the bakery calls back with, or an error: {text} or {error}. It may fail in a way that never calls back.
function answer(call) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ error: 'no answer' }), timeout);
    const done = (result) => {
      clearTimeout(timer);
      resolve(result);
    };
    try {
      call((error, text) => done(error ? { error: error.code ?? error.message } : { text: String(text) }));
    } catch (error) {
      done({ error: error.message });
    }
  });
}

async function main([folder]) {
  if (!folder) {
    console.error('usage: node bake.js FOLDER');
    process.exit(2);
  }
  const files = (name) => fs.readdirSync(path.join(folder, name)).filter((f) => f.endsWith('.svg')).sort();
  const read = (...names) => fs.readFileSync(path.join(folder, ...names));
  const verdict = { tool: 'openbadges-bakery ' + require('openbadges-bakery/package.json').version, unbaked: {}, baked: {} };
  for (const file of files('baked')) {
    verdict.unbaked[file] = await answer((done) => bakery.extract(read('baked', file), done));
  }
  const options = JSON.parse(read('options.json'));
  fs.mkdirSync(path.join(folder, 'theirs'));
  for (const file of files('plain')) {
    for (const [name, option] of Object.entries(options)) {
      const { text, error } = await answer((done) => bakery.bake({ ...option, image: read('plain', file) }, done));
      const out = name + '-' + file;
      if (text !== undefined) fs.writeFileSync(path.join(folder, 'theirs', out), text);
      const data = option.data ?? option.assertion;
      const verify = option.url ?? option.signature ?? data.verify.url;
      verdict.baked[out] = { error, text: data && JSON.stringify(data), verify };
    }
  }
  return verdict;
}

main(process.argv.slice(2)).then(
  (verdict) => process.stdout.write(JSON.stringify(verdict, null, 2) + '\n', () => process.exit(0)),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
