// What a first visit loads of each page, gzipped: the entry with everything it imports, its styles, and the landing page's chunk.
import { readdirSync, readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const limit = 250_000
const landing = { app: ['Integrations-'], phone: [] }
let failed = false

for (const [page, chunks] of Object.entries(landing)) {
  const dist = new URL(`../dist/${page}/`, import.meta.url)
  const files = readdirSync(new URL('assets/', dist))
  const html = readFileSync(new URL('index.html', dist), 'utf8')
  const wanted = new Set([...html.matchAll(/assets\/([\w.-]+\.(?:js|css))/g)].map(match => match[1]))
  for (const start of chunks) for (const file of files) if (file.startsWith(start)) wanted.add(file)
  for (const file of wanted) {
    if (!file.endsWith('.js')) continue
    const source = readFileSync(new URL(`assets/${file}`, dist), 'utf8')
    for (const [, name] of source.matchAll(/(?:from|import)\s*["'`]\.\/([\w.-]+\.js)["'`]/g)) wanted.add(name)
  }
  const size = ending =>
    [...wanted]
      .filter(file => file.endsWith(ending))
      .reduce((sum, file) => sum + gzipSync(readFileSync(new URL(`assets/${file}`, dist))).length, 0)
  const [js, css] = [size('.js'), size('.css')]
  console.log(`${page}: ${(js / 1000).toFixed(1)} kB scripts, ${(css / 1000).toFixed(1)} kB styles`)
  if (js + css > limit) failed = true
}
if (failed) console.log(`more than ${limit / 1000} kB`)
process.exitCode = failed ? 1 : 0
