import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

/** Puts `src/look/first-paint.js` before everything else in the page, as a file of its own: the content policy allows no inline script. */
export function themeScript(): Plugin {
  const source = readFileSync(new URL('../src/look/first-paint.js', import.meta.url), 'utf8')
  const file = `assets/theme-${createHash('sha256').update(source).digest('hex').slice(0, 8)}.js`
  let base = '/'
  return {
    name: 'theme-script',
    configResolved(config) {
      base = config.base
    },
    configureServer(server) {
      server.middlewares.use((request, response, next) => {
        if (!request.url?.endsWith(`/${file}`)) return next()
        response.setHeader('content-type', 'text/javascript')
        response.end(source)
      })
    },
    generateBundle() {
      this.emitFile({ type: 'asset', fileName: file, source })
    },
    transformIndexHtml() {
      return [{ tag: 'script', attrs: { src: base + file }, injectTo: 'head-prepend' }]
    },
  }
}
