'use strict';
// Takes the badge out of every baked image with Mozilla's bakery and compares it with what is published under its id.

const fs = require('node:fs');
const path = require('node:path');
const bakery = require('openbadges-bakery');
const { main } = require('./lib/site');

const timeout = 10_000;

// extract is {text} or {error}. The bakery may fail in a way that never calls back.
function extract(image) {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve({ error: 'no answer' }), timeout);
    const done = (result) => {
      clearTimeout(timer);
      resolve(result);
    };
    try {
      bakery.extract(image, (error, text) => done(error ? { error: error.code ?? error.message } : { text }));
    } catch (error) {
      done({ error: error.message });
    }
  });
}

// compare is what the bakery finds in an image of the award in folder, against what is published.
async function compare(site, folder, image) {
  const { text, error } = await extract(image);
  if (text === undefined) return { baked: false, error };
  const { id } = JSON.parse(text);
  const published = site.file(id);
  const there = published !== null && fs.existsSync(path.join(site.dir, published));
  return {
    baked: true,
    id,
    own: published === folder + '/assertion.json', // the id of a badge is that of the award in whose folder it lies
    same: there && site.read(published).equals(Buffer.from(text)),
  };
}

main(async (site) => {
  const verdict = { tool: 'openbadges-bakery ' + require('openbadges-bakery/package.json').version, images: [], mutants: [] };
  let sample;
  for (const file of site.files().filter((f) => /(^|\/)awards\/[^/]+\/badge\.png$/.test(f))) {
    const image = site.read(file);
    const folder = path.posix.dirname(file);
    const result = await compare(site, folder, image);
    verdict.images.push({ file, ...result });
    if (result.same) sample ??= { image, folder, id: result.id };
  }

  // A comparison that let these pass would prove nothing above.
  const mutate = async (name, from, to) => {
    const image = Buffer.from(sample.image);
    image.write(to, image.indexOf(from));
    verdict.mutants.push({ name, ...await compare(site, sample.folder, image) });
  };
  if (sample) {
    await mutate('other keyword', 'openbadges\0', 'openbodges');
    await mutate('other text', '"@context"', '"@kontext"');
    await mutate('other id', sample.id, sample.id.replace('/awards/', '/owards/'));
  }
  return verdict;
});
