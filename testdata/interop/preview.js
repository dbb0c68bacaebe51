'use strict';
// Looks at a preview while its project is edited: what the open page shows by itself, and when it does not load anew.
//
//	node preview.js PROJECT ADDRESS

const fs = require('node:fs');
const path = require('node:path');
const { chromium } = require('playwright-core');

const patience = 60_000;

async function main() {
  const [project, address] = process.argv.slice(2);
  const browser = await chromium.launch({ executablePath: process.env.CHROMIUM || '/usr/bin/chromium', args: ['--no-sandbox', '--disable-dev-shm-usage'] });
  const verdict = { tool: 'Chromium ' + browser.version(), steps: [], complaints: [] };
  const context = await browser.newContext();
  // Requests that the page's policy would refuse never get so far; whatever else is asked of other hosts would.
  context.on('request', (r) => {
    if (!r.url().startsWith(address)) verdict.complaints.push('asks for ' + r.url());
  });

  const file = (name) => path.join(project, name);
  const edit = (name, change) => fs.writeFileSync(file(name), change(fs.readFileSync(file(name), 'utf8')));
  const replace = (name, before, after) => edit(name, (text) => {
    if (!text.includes(before)) throw new Error(`${name} does not hold ${before}`);
    return text.replace(before, after);
  });

  async function open(where) {
    const page = await context.newPage();
    page.loads = 0;
    page.on('load', () => { page.loads++; });
    page.on('console', (m) => { if (['error', 'warning'].includes(m.type())) verdict.complaints.push(m.text()); });
    page.on('pageerror', (error) => verdict.complaints.push(error.message));
    await page.goto(address + where, { waitUntil: 'load' });
    return page;
  }

  const shows = (page, text) => page.waitForFunction((t) => document.body.innerText.includes(t), text, { timeout: patience, polling: 50 });
  const overlay = (page) => page.locator('#blazon-problems');
  const step = (name, value) => { verdict.steps.push({ name, ok: Boolean(value), value: String(value) }); };
  const pause = (ms) => new Promise((resolve) => { setTimeout(resolve, ms); });
  // quiet waits until a page has asked what it would be, and loads no more.
  const quiet = async (page) => {
    for (let before = -1; before !== page.loads;) {
      before = page.loads;
      await pause(700);
    }
  };

  const page = await open('badges/go-basics/');
  const other = await open('about/');
  const award = await open('awards/aaaaaaaaaaaaaaaaaaaaaaaaaa/');
  await Promise.all([page, other, award].map(quiet));
  const loads = other.loads;

  replace('content/badges/go-basics.yaml', 'name: Go basics', 'name: Go for beginners');
  await shows(page, 'Go for beginners');
  step('a changed class shows in its page', true);
  await shows(award, 'Go for beginners');
  step('and in the page of its award', true);
  await quiet(other);
  step('a page that is the same does not load anew', other.loads === loads);

  replace('content/badges/go-basics.yaml', 'description:', 'descripton:');
  await overlay(page).waitFor({ timeout: patience });
  const text = await overlay(page).innerText();
  step('a mistake is laid over the page', text.includes('unknown key') && text.includes('content/badges/go-basics.yaml:'));
  step('the last good page is below it', (await page.locator('h1').first().innerText()).includes('Go for beginners'));
  await overlay(other).waitFor({ timeout: patience });
  step('and over the others', true);
  step('it has its own style', (await overlay(page).evaluate((e) => getComputedStyle(e).position)) === 'fixed');
  await page.locator('#blazon-hide').click();
  step('it can be hidden', !(await overlay(page).isVisible()));
  await other.keyboard.press('Escape');
  step('also with the keyboard', !(await overlay(other).isVisible()));
  replace('content/badges/go-basics.yaml', 'descripton:', 'description:');
  await overlay(page).waitFor({ state: 'detached', timeout: patience });
  await overlay(other).waitFor({ state: 'detached', timeout: patience });
  step('it goes when it is mended', true);

  await quiet(page);
  const before = page.loads;
  await page.evaluate(() => { window.kept = true; });
  fs.mkdirSync(file('site'), { recursive: true });
  fs.writeFileSync(file('site/style.css'), 'h1 { color: rgb(1, 2, 3) }\n');
  await page.waitForFunction(() => getComputedStyle(document.querySelector('h1')).color === 'rgb(1, 2, 3)', null, { timeout: patience, polling: 50 });
  step('a style sheet is exchanged without a load', page.loads === before && await page.evaluate(() => window.kept));
  await quiet(page);
  step('and the page stays', await page.evaluate(() => window.kept));

  // A picture has one address for ever, and browsers may keep it for an hour.
  const look = () => [...document.images].map((image) => {
    const canvas = new OffscreenCanvas(4, 4);
    const context = canvas.getContext('2d');
    if (image.naturalWidth > 0) context.drawImage(image, 0, 0, 4, 4);
    return context.getImageData(0, 0, 4, 4).data.join();
  }).join(';');
  const old = await page.evaluate(look);
  fs.copyFileSync(file('other.png'), file('content/badges/go-basics.png'));
  for (const limit = Date.now() + patience; await page.evaluate(look) === old;) {
    if (Date.now() > limit) throw new Error('the picture stays as it was');
    await pause(100);
  }
  step('a changed picture shows, although the browser has a copy', true);
  await quiet(page);

  // A page that the browser has a copy of, from before a change.
  await other.goto(address + 'badges/go-basics/', { waitUntil: 'load' });
  await quiet(other);
  await other.goto(address + 'about/', { waitUntil: 'load' });
  await quiet(other);
  replace('content/badges/go-basics.yaml', 'name: Go for beginners', 'name: Go at last');
  await shows(page, 'Go at last');
  await other.evaluate((to) => { location.href = to; }, address + 'badges/go-basics/');
  await shows(other, 'Go at last');
  step('a copy from before a change is not what is shown', true);

  const missing = await open('later/');
  await quiet(missing);
  verdict.complaints = verdict.complaints.filter((c) => !/404/.test(c)); // which the browser says of the page itself
  fs.writeFileSync(file('content/pages/later.md'), '---\ntitle: Later\n---\nHere I am.\n');
  await shows(missing, 'Here I am.');
  step('a page that was not there appears', true);

  fs.writeFileSync(file('content/awards/new.yaml'), 'badge: go-basics\nissued: 2026-03-14\nawards:\n  - {recipient: new@example.org, name: Newcomer, public: true}\n');
  await shows(page, 'Newcomer');
  await page.locator('a[href*="awards/provisional"]').first().click();
  await page.locator('#blazon-notice').waitFor({ timeout: patience });
  step('an award that is not stamped says so', (await page.locator('#blazon-notice').innerText()).includes('not stamped'));
  const settledAt = [page, other, award, missing].map((p) => p.loads);
  await pause(1500);
  step('nothing loads when nothing changes', [page, other, award, missing].every((p, i) => p.loads === settledAt[i]));
  await browser.close();
  return verdict;
}

main().then(
  (verdict) => process.stdout.write(JSON.stringify(verdict, null, 2) + '\n', () => process.exit(0)),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
