// A stand-in for the server and the simulator, on one port, to draw pages against: canned data, and a menu bot that answers.
// It serves what `npm run build` made under the content policy that the real server uses.
import { randomBytes } from 'node:crypto'
import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Api } from './mock/api.mjs'
import { Sim } from './mock/sim.mjs'

const port = Number(process.argv[process.argv.indexOf('--port') + 1] || 8090)
const fresh = process.argv.includes('--fresh')
const dist = fileURLToPath(new URL('../dist', import.meta.url))
const policy =
  "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
const phone =
  "default-src 'self'; img-src 'self' data: blob:; media-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'self'"
const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.ogg': 'audio/ogg',
}

const api = new Api({ fresh })
const sim = new Sim({ fresh, api })

createServer(async (request, response) => {
  const url = new URL(request.url, 'http://mock')
  const answer = (status, body, type = 'application/json') => {
    response.writeHead(status, { 'content-type': type })
    response.end(body === undefined ? '' : Buffer.isBuffer(body) ? body : JSON.stringify(body))
  }
  const chunks = []
  for await (const chunk of request) chunks.push(chunk)
  const raw = Buffer.concat(chunks)
  const body = /json/.test(request.headers['content-type'] ?? '') && raw.length ? JSON.parse(raw) : raw
  if (url.pathname.startsWith('/_sim/')) return sim.route(request, url, body, answer, response)
  if (url.pathname.startsWith('/api/')) return api.route(request, url, body, answer, response)
  serve(url.pathname, response)
}).listen(port, '127.0.0.1', () => console.log(`mock on http://127.0.0.1:${port}`))

function serve(path, response) {
  const page = path === '/phone' || path.startsWith('/phone/') ? 'phone' : 'app'
  const inside = page === 'phone' ? path.slice('/phone'.length) : path
  let file = join(dist, page, normalize(inside))
  if (!existsSync(file) || statSync(file).isDirectory()) file = join(dist, page, 'index.html')
  const nonce = randomBytes(16).toString('base64url')
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'content-security-policy': page === 'phone' ? phone : `${policy}; style-src 'self' 'nonce-${nonce}'`,
  })
  if (extname(file) !== '.html') return createReadStream(file).pipe(response)
  const told = `<head><meta property="csp-nonce" nonce="${nonce}">`
  response.end(readFileSync(file, 'utf8').replace('<head>', told))
}
