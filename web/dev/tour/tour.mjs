// Takes a picture of every page: 1280 and 390 pixels wide, light and dark.
//   node dev/tour/tour.mjs --app-url … --phone-url … --email … --password … [--into ../target/screenshots] [--only name,name]
//     [--sizes 1280,390] [--schemes light,dark] [--locale de-DE]
// The demo should have been filled with fill.mjs. Pages that overflow sideways or write errors are named.
import { mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { flags } from '../../e2e/browser.mjs'
import { Client } from './client.mjs'
import { pages } from './pages.mjs'

const { values: options } = parseArgs({
  options: {
    'app-url': { type: 'string' },
    'phone-url': { type: 'string' },
    email: { type: 'string' },
    password: { type: 'string' },
    into: { type: 'string', default: '../target/screenshots' },
    only: { type: 'string' },
    sizes: { type: 'string', default: '1280,390' },
    schemes: { type: 'string', default: 'light,dark' },
    locale: { type: 'string', default: 'en-GB' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
})
const app = options['app-url'].replace(/\/$/, '')
const viewports = { 1280: { width: 1280, height: 800 }, 390: { width: 390, height: 844 } }
const client = await new Client(app, new URL(options['phone-url']).origin).logIn(options.email, options.password)
const wanted = options.only?.split(',')
mkdirSync(options.into, { recursive: true })

const browser = await chromium.launch({ executablePath: options.chromium, args: flags })
const all = await pages({ app, phone: options['phone-url'], client })
for (const size of options.sizes.split(',')) {
  for (const colorScheme of options.schemes.split(',')) {
    const fresh = () =>
      browser.newContext({ viewport: viewports[size], colorScheme, locale: options.locale, reducedMotion: 'reduce' })
    const inside = await fresh()
    const [name, value] = client.cookie.split('=')
    await inside.addCookies([{ name, value, url: app }])
    const outside = await fresh()
    for (const { name, url, before, steps, out } of all) {
      if (wanted && !wanted.includes(name)) continue
      const page = await (out ? outside : inside).newPage()
      page.setDefaultTimeout(6000)
      page.on('pageerror', error => console.log(`${name}: ${error.message}`))
      try {
        await before?.(page)
        await page.goto(url.startsWith('http') ? url : app + url)
        await page.waitForTimeout(450)
        await page.locator('[aria-busy]').first().waitFor({ state: 'detached' })
        await steps?.(page, size)
        await page.waitForTimeout(350)
      } catch (error) {
        console.log(`${name}, ${size}, ${colorScheme}: ${error.message.split('\n')[0]}`)
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
      if (wide > 0) console.log(`${name}, ${size}, ${colorScheme}: ${wide} px wider than the window`)
      await page.screenshot({ path: `${options.into}/${name}-${size}-${colorScheme}.png` })
      await page.close()
    }
    await inside.close()
    await outside.close()
  }
}
await browser.close()
