'use strict';
// Checks the site's pages: the HTML of all of them, every reference in them, and how they do in a browser.

const { HtmlValidate } = require('html-validate');
const { Browser } = require('./lib/browser');
const links = require('./lib/links');
const { main } = require('./lib/site');

// perKind is how many pages of one kind are looked at thoroughly. All the others get a quick look.
const perKind = 3;

const html = new HtmlValidate({
  root: true,
  extends: ['html-validate:recommended', 'html-validate:document'],
  rules: {
    'doctype-style': 'off', // both spellings are the standard's
    'require-sri': ['error', { target: 'crossorigin' }],
    'aria-label-misuse': ['error', { allowAnyNamable: true }], // a list may be named
  },
});

async function wellFormed(site, file) {
  const body = (site.overlay.get(file)?.body ?? site.read(file)).toString('utf8');
  const { results } = await html.validateString(body, file);
  return results.flatMap((r) => r.messages).map((m) => ({
    check: 'html', page: file, message: `${m.line}:${m.column}: ${m.ruleId}: ${m.message}`,
  }));
}

// mutants are put into the home page, each before the end of its main part. A check that does not notice proves
// nothing about the other pages. The page's own policy would stop many of them before the check is asked, so that it is
// left out, but for those that show that it does.
const policy = /<meta http-equiv="Content-Security-Policy"[^>]*>/;
const mutants = [
  { name: 'script in line under the policy', check: 'console', policy: true, html: '<script>document.title = "x"</script>' },
  { name: 'style in line under the policy', check: 'console', policy: true, html: '<p style="color: inherit">x</p>' },
  { name: 'picture of another site under the policy', check: 'console', policy: true, html: '<img src="https://elsewhere.example/x.png" alt="">' },
  { name: 'frame under the policy', check: 'console', policy: true, html: '<iframe src="badges/" title="x"></iframe>' },
  { name: 'error on the console', check: 'console', html: '<script>console.error("broken")</script>' },
  { name: 'exception', check: 'console', html: '<script>null.x</script>' },
  { name: 'picture of another site', check: 'other-origin', html: '<img src="https://elsewhere.example/x.png" alt="">' },
  { name: 'script of another site', check: 'other-origin', html: '<script src="https://elsewhere.example/x.js"></script>' },
  { name: 'missing style sheet', check: 'response', html: '<link rel="stylesheet" href="gone.css">' },
  { name: 'picture without text', check: 'axe-light', html: '<img src="favicon.svg">' },
  { name: 'grey on white', check: 'axe-light', html: '<p style="background: #fff; color: #999">Faint</p>' },
  { name: 'dark on dark', check: 'axe-dark', html: '<style>.x { background: #fff; color: #000 } @media (prefers-color-scheme: dark) { .x { color: #eee } }</style><p class="x">Faint</p>' },
  { name: 'wide table', check: 'narrow', html: '<div style="width: 700px">wide</div>' },
  { name: 'link by script', check: 'scripts-off', html: '<p id="x"></p><script>document.getElementById("x").innerHTML = "<a href=?new>x</a>"</script>' },
  { name: 'picture that is none', check: 'picture', html: '<img src="ledger.txt" alt="x">' },
  { name: 'broken link', check: 'link', html: '<a href="gone/">x</a>' },
  { name: 'broken script link', check: 'link', html: '<a href="javascript:void 0">x</a>' },
  { name: 'missing place', check: 'fragment', html: '<a href="#gone">x</a>' },
  { name: 'unlisted award', check: 'unlisted', unlisted: true },
  { name: 'paragraph in a heading', check: 'html', html: '<h2><p>x</p></h2>' },
  { name: 'one id twice', check: 'html', html: '<p id="x">x</p><p id="x">x</p>' },
];

main(async (site) => {
  const files = site.files();
  const pages = files.filter((f) => f.endsWith('.html'));
  const verdict = { tool: '', pages: pages.length, kinds: {}, references: 0, findings: [], mutants: [] };
  const browser = await Browser.open(site);
  verdict.tool = 'Chromium ' + browser.version;
  for (const file of pages) {
    verdict.findings.push(...await wellFormed(site, file));
    const kind = links.kind(site, file);
    verdict.kinds[kind] = (verdict.kinds[kind] ?? 0) + 1;
    if (verdict.kinds[kind] <= perKind) await browser.thorough(file);
    else await browser.quick(file);
  }
  verdict.findings.push(...browser.findings);
  const crawl = links.check(site, files);
  verdict.references = crawl.references;
  verdict.findings.push(...crawl.findings);

  const home = site.read('index.html').toString('utf8');
  if (!policy.test(home)) throw new Error('the home page has no policy');
  const secret = pages.find((f) => f.startsWith('awards/') && /noindex/.test(site.read(f)));
  for (const m of mutants) {
    const piece = m.unlisted ? `<a href="${secret.replace('index.html', '')}">x</a>` : m.html;
    const page = m.policy ? home : home.replace(policy, '');
    const body = Buffer.from(page.replace('</main>', () => piece + '</main>'));
    site.overlay.set('index.html', { ...site.answer(site.url('index.html')), body });
    browser.findings = [];
    if (!['link', 'fragment', 'unlisted', 'html'].includes(m.check)) await browser.thorough('index.html');
    const found = [...browser.findings, ...links.check(site, files).findings, ...await wellFormed(site, 'index.html')]
      .filter((f) => f.page === 'index.html').map((f) => f.check);
    site.overlay.clear();
    verdict.mutants.push({ name: m.name, check: m.check, found: [...new Set(found)], noticed: found.includes(m.check) });
  }
  await browser.close();
  return verdict;
});
