// A plain file server for the built page, as any static host is one: at /, and again under /some/path/. The lessons' own
// files are beside it, in lessons/.
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const dist = fileURLToPath(new URL('../../dist', import.meta.url));
const lessons = fileURLToPath(new URL('../../lessons', import.meta.url));
const port = Number(process.argv[2]);

if (!existsSync(join(dist, 'index.html'))) {
  console.error('dist/ holds no page yet: run `make build` first.');
  process.exit(1);
}

const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.md': 'text/markdown; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

createServer(async (request, response) => {
  try {
    const path = decodeURIComponent(new URL(request.url, 'http://host').pathname).replace(/^\/some\/path\//, '/');
    const wanted = normalize(path.endsWith('/') ? `${path}index.html` : path);
    const file = wanted.startsWith('/lessons/') ? join(lessons, wanted.slice(9)) : join(dist, wanted);
    const body = await readFile(file);
    response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(body);
  } catch {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('not found\n');
  }
}).listen(port, '127.0.0.1');
