'use strict';
// Looks at pages with Chromium, at their public URLs, answered from the folder: the browser believes that it is on the
// real site, and whatever it asks of anybody else is refused and reported.

const { chromium } = require('playwright-core');
const axe = require('axe-core');

class Browser {
  static async open(site) {
    const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';
    // Without its sandbox, because CI runs as root; the pages are our own.
    const browser = await chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] });
    const result = new Browser();
    Object.assign(result, { site, browser, version: browser.version(), findings: [] });
    result.scripted = await result.tab({ javaScriptEnabled: true });
    result.plain = await result.tab({ javaScriptEnabled: false });
    return result;
  }

  async context(options) {
    const context = await this.browser.newContext({ serviceWorkers: 'block', ...options });
    const base = new URL(this.site.base);
    await context.route('**/*', (route) => {
      const url = route.request().url();
      if (new URL(url).origin !== base.origin) {
        this.report('other-origin', `asks for ${url}`);
        return route.abort();
      }
      const { status, type, body } = this.site.answer(url);
      return route.fulfill({ status, contentType: type, body });
    });
    return context;
  }

  report(check, message) {
    this.findings.push({ check, page: this.file, message });
  }

  async tab(options) {
    const page = await (await this.context(options)).newPage();
    page.on('console', (m) => {
      if (['error', 'warning'].includes(m.type())) this.report('console', m.text());
    });
    page.on('pageerror', (error) => this.report('console', error.message));
    page.on('response', (r) => {
      if (r.status() >= 400) this.report('response', `${r.status()} for ${r.url()}`);
    });
    return page;
  }

  // visit opens a page of the site. What goes wrong while it loads is reported.
  async visit(page, file) {
    this.file = file;
    await page.setViewportSize({ width: 1280, height: 900 });
    await page.goto(this.site.url(file), { waitUntil: 'load' });
  }

  async accessible(page, scheme) {
    await page.emulateMedia({ colorScheme: scheme });
    await page.evaluate(axe.source);
    // Everything axe knows but its experiments: the WCAG levels and its own best practices.
    const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ['violations'] }));
    for (const v of violations) {
      this.report('axe-' + scheme, `${v.id}: ${v.help}: ${v.nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`);
    }
  }

  async narrow(page) {
    await page.setViewportSize({ width: 320, height: 640 });
    const { width, widest } = await page.evaluate(() => {
      const outside = [...document.querySelectorAll('body *')].filter((e) => e.getBoundingClientRect().right > 321);
      return { width: document.documentElement.scrollWidth, widest: outside.slice(0, 3).map((e) => e.outerHTML.slice(0, 100)) };
    });
    if (width > 320) this.report('narrow', `is ${width} px wide on a screen of 320: ${widest.join(' | ')}`);
  }

  // look is what a reader gets: the heading, the text, the links and whether the pictures came.
  look(page) {
    return page.evaluate(() => ({
      heading: document.querySelector('h1')?.innerText.trim() ?? '',
      main: document.querySelector('main')?.innerText.trim().length ?? 0,
      links: [...document.querySelectorAll('a[href]')].map((a) => a.href).sort(),
      missing: [...document.images].filter((i) => i.complete && i.naturalWidth === 0).map((i) => i.src),
    }));
  }

  // quick is what every page must stand: it loads without a complaint and fits a small screen.
  async quick(file) {
    await this.visit(this.scripted, file);
    await this.narrow(this.scripted);
  }

  // thorough adds what one page of a kind shows for all of them: accessibility in both colour schemes, and that nothing
  // needs scripts.
  async thorough(file) {
    await this.visit(this.scripted, file);
    await this.accessible(this.scripted, 'light');
    await this.accessible(this.scripted, 'dark');
    const scripted = await this.look(this.scripted);
    await this.narrow(this.scripted);
    await this.visit(this.plain, file);
    const plain = await this.look(this.plain);
    if (plain.heading === '') this.report('scripts-off', 'has no heading');
    if (plain.main === 0) this.report('scripts-off', 'has nothing in its main part');
    if (plain.heading !== scripted.heading) this.report('scripts-off', 'has another heading');
    const lost = scripted.links.filter((l) => !plain.links.includes(l));
    if (lost.length > 0) this.report('scripts-off', 'lacks links: ' + lost.join(', '));
    for (const src of plain.missing) this.report('picture', 'does not show ' + src);
  }

  close() {
    return this.browser.close();
  }
}

module.exports = { Browser };
