// Takes pictures of pages against the mock: node dev/shoot.mjs <folder> <name>=<path> …  Each in 1280 and 390, light and dark.
import { mkdirSync } from 'node:fs'
import { chromium } from 'playwright-core'
import { flags } from '../e2e/browser.mjs'

const [folder, ...pages] = process.argv.slice(2)
const base = process.env.BASE ?? 'http://127.0.0.1:8090'
mkdirSync(folder, { recursive: true })
const browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: flags })
for (const [size, viewport] of [
  ['1280', { width: 1280, height: 800 }],
  ['390', { width: 390, height: 844 }],
]) {
  for (const colorScheme of ['light', 'dark']) {
    if (process.env.ONLY && !process.env.ONLY.split(',').includes(`${size}-${colorScheme}`)) continue
    const context = await browser.newContext({
      viewport,
      colorScheme,
      locale: process.env.LOCALE ?? 'en-GB',
      permissions: [],
    })
    const page = await context.newPage()
    page.on('console', message => message.type() === 'error' && console.log(`  console: ${message.text()}`))
    page.on('pageerror', error => console.log(`  page error: ${error.message}`))
    if (process.env.LOGIN)
      await context.request.post(`${base}/api/v1/session`, { data: { email: 'a@b.c', password: 'x' } })
    if (process.env.PHONES)
      await page.addInitScript(value => localStorage.setItem('chasqui.phones', value), process.env.PHONES)
    for (const entry of pages) {
      const [name, path, ...steps] = entry.split('=')
      await page.goto(base + path)
      await page.waitForTimeout(900)
      for (const step of steps) {
        const [verb, what] = step.split(':')
        if (verb === 'click') await page.locator(what.replaceAll('~', '=')).first().click()
        if (verb === 'type') await page.keyboard.type(what)
        if (verb === 'press') await page.keyboard.press(what)
        if (verb === 'wait') await page.waitForTimeout(Number(what))
        await page.waitForTimeout(150)
      }
      const file = `${folder}/${name}-${size}-${colorScheme}.png`
      await page.screenshot({ path: file })
      console.log(file)
    }
    await context.close()
  }
}
await browser.close()
