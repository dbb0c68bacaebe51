'use strict';
// Draws SVG files as a browser shows them in an <img>, on nothing, and keeps the pixels as PNG files. There is no
// network: whatever a drawing asks for is refused and reported.

const fs = require('node:fs');
const path = require('node:path');
const { chromium } = require('playwright-core');

// options of Chromium that change pixels, besides what playwright sets itself: one profile, one scale.
const args = ['--no-sandbox', '--disable-dev-shm-usage', '--force-color-profile=srgb', '--force-device-scale-factor=1'];

// draw shows a file in the page, width pixels wide and as high as the browser thinks right, and returns that height,
// or an error where the browser has nothing to show.
async function draw(page, file, width) {
  const source = 'data:image/svg+xml;base64,' + fs.readFileSync(file).toString('base64');
  return page.evaluate(async ({ source, width }) => {
    const image = new Image();
    image.src = source;
    try {
      await image.decode();
    } catch (error) {
      return { error: error.message };
    }
    image.style.width = width + 'px';
    document.body.replaceChildren(image);
    const height = Math.max(1, Math.round(image.getBoundingClientRect().height));
    image.style.height = height + 'px';
    return { height };
  }, { source, width });
}

async function main([out, wide, ...files]) {
  const width = Number(wide);
  if (!out || !(width > 0) || files.length === 0) {
    console.error('usage: node draw.js FOLDER WIDTH FILE.svg...');
    process.exit(2);
  }
  const verdict = { tool: '', asked: [], drawings: [] };
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args });
  verdict.tool = 'Chromium ' + browser.version();
  const context = await browser.newContext({ deviceScaleFactor: 1, colorScheme: 'light' });
  await context.route('**/*', (route) => {
    verdict.asked.push(route.request().url().slice(0, 100));
    return route.abort();
  });
  const page = await context.newPage();
  await page.setContent('<!doctype html><style>body { margin: 0 } img { display: block }</style><body>');
  for (const [n, file] of files.entries()) {
    const { height, error } = await draw(page, file, width);
    const png = path.join(out, n + '.png');
    verdict.drawings.push({ file, png, width, height, error });
    if (error) continue;
    await page.setViewportSize({ width, height });
    await page.screenshot({ path: png, omitBackground: true, clip: { x: 0, y: 0, width, height } });
  }
  await browser.close();
  return verdict;
}

main(process.argv.slice(2)).then(
  (verdict) => process.stdout.write(JSON.stringify(verdict, null, 2) + '\n', () => process.exit(0)),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
