'use strict';
// The published site as a static host would serve it: a folder, and the public URL under which it stands. Everything
// else on the network is out of reach, so that a test never depends on it, and a link to elsewhere shows.

const fs = require('node:fs');
const http = require('node:http');
const https = require('node:https');
const path = require('node:path');

// What hosts that go by the extension send (open-badges.md, 9.1 and 9.2). Images bear no parameters: MozVal compares
// the whole header.
const types = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.xml': 'application/xml; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
};

class Site {
  // dir is the folder, base its public URL without a slash at the end.
  constructor(dir, base) {
    this.dir = dir;
    this.base = base;
    this.overlay = new Map(); // path -> {status, type, body}: what a test puts in place of a file
  }

  // files are the paths of all files, sorted.
  files() {
    return fs.readdirSync(this.dir, { recursive: true, withFileTypes: true })
      .filter((e) => e.isFile())
      .map((e) => path.relative(this.dir, path.join(e.parentPath ?? e.path, e.name)).split(path.sep).join('/'))
      .sort();
  }

  read(file) {
    return fs.readFileSync(path.join(this.dir, file));
  }

  url(file) {
    return this.base + '/' + file.replace(/(^|\/)index\.html$/, '$1');
  }

  // file is the path that a URL names, or null where the URL is not the site's. It does not say that there is a file.
  file(url) {
    const [plain] = String(url).split(/[?#]/);
    if (plain !== this.base && !plain.startsWith(this.base + '/')) return null;
    const rest = decodeURIComponent(plain.slice(this.base.length + 1));
    if (rest.split('/').includes('..')) return null;
    return rest === '' || rest.endsWith('/') ? rest + 'index.html' : rest;
  }

  // answer is what the host sends for a URL: {status, type, body}.
  answer(url) {
    const file = this.file(url);
    if (file === null) return { status: 404, type: types['.txt'], body: Buffer.from('not of this site\n') };
    if (this.overlay.has(file)) return this.overlay.get(file);
    const name = path.join(this.dir, file);
    if (fs.statSync(name, { throwIfNoEntry: false })?.isFile()) {
      const type = types[path.extname(file)] ?? 'application/octet-stream';
      return { status: 200, type, body: fs.readFileSync(name) };
    }
    const missing = path.join(this.dir, '404.html');
    const body = fs.existsSync(missing) ? fs.readFileSync(missing) : Buffer.from('not found\n');
    return { status: 404, type: types['.html'], body };
  }

  // serve makes this process's http and https modules answer from the folder: requests to the site's host go to a
  // local server, requests to any other host fail as if there were no such host. It returns a function that ends it.
  async serve() {
    const { protocol, host } = new URL(this.base);
    const server = http.createServer((request, response) => {
      const { status, type, body } = this.answer(protocol + '//' + host + request.url);
      response.writeHead(status, { 'content-type': type, 'content-length': body.length });
      response.end(body);
    });
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address();
    const plain = http.request;
    const real = { http: http.request, https: https.request };
    const redirect = (scheme) => (options, callback) => {
      const to = typeof options === 'string' || options instanceof URL ? new URL(options) : options;
      const name = String(to.hostname ?? to.host ?? '').replace(/:\d+$/, '');
      if (scheme + ':' !== protocol || name !== new URL(this.base).hostname) {
        return plain({ host: '127.0.0.1', port: 1, path: '/' }, callback); // nothing listens there: refused at once
      }
      const { method, headers } = to;
      return plain({ host: '127.0.0.1', port, method, headers, agent: false, path: to.path ?? to.pathname }, callback);
    };
    http.request = redirect('http');
    https.request = redirect('https');
    return () => {
      http.request = real.http;
      https.request = real.https;
      server.close();
      server.closeAllConnections();
    };
  }
}

// main runs a check and prints its verdict as JSON. A check that could not run says why and exits with 1; one that ran
// exits with 0, whatever it found.
function main(check) {
  const [dir, base, ...rest] = process.argv.slice(2);
  if (!dir || !base) {
    console.error(`usage: node ${path.basename(process.argv[1])} FOLDER BASE-URL`);
    process.exit(2);
  }
  check(new Site(dir, base.replace(/\/$/, '')), rest).then(
    (verdict) => process.stdout.write(JSON.stringify(verdict, null, 2) + '\n', () => process.exit(0)),
    (error) => {
      console.error(error);
      process.exit(1);
    },
  );
}

module.exports = { Site, main, types };
