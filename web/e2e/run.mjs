// The browser test: a newcomer chats on the phone to the end of the starter bot, then finds it all in the app. With the
// binary, a new user also sets an installation of their own up (`story.mjs`).
//   node e2e/run.mjs --app-url … --phone-url … --email … --password … [--binary …/chasqui] [--screenshots folder] [--only story|alive]
import { mkdirSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { staysAlive } from './alive.mjs'
import { flags } from './browser.mjs'
import { buildBot } from './builder.mjs'
import { Checks, expect, severe } from './checks.mjs'
import { keepConnections } from './connections.mjs'
import { giveFiles } from './files.mjs'
import { writeLetter } from './letter.mjs'
import { sendLocation } from './location.mjs'
import { stray } from './overflow.mjs'
import { newUser } from './story.mjs'
import { manyTabs } from './tabs.mjs'

const { values: options } = parseArgs({
  options: {
    'app-url': { type: 'string' },
    'phone-url': { type: 'string' },
    email: { type: 'string' },
    password: { type: 'string' },
    binary: { type: 'string' },
    only: { type: 'string' },
    screenshots: { type: 'string' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
})
const alone = options.only === 'story'
for (const name of alone ? ['binary'] : ['app-url', 'phone-url', 'email', 'password']) {
  if (!options[name]) {
    console.error(`--${name} is missing`)
    process.exit(2)
  }
}
const app = options['app-url']?.replace(/\/$/, '')
const phone = options['phone-url']
if (options.screenshots) mkdirSync(options.screenshots, { recursive: true })

const sizes = { 1280: { width: 1280, height: 800 }, 390: { width: 390, height: 844 } }
const schemes = ['light', 'dark']
const who = `Ana ${Date.now().toString(36)}`
const checks = new Checks()
const browser = await chromium.launch({ executablePath: options.chromium, args: flags })

const errors = []
async function open(more = {}) {
  const context = await browser.newContext({ viewport: sizes[1280], colorScheme: 'light', locale: 'en-GB', ...more })
  context.setDefaultTimeout(15_000)
  context.on('weberror', ({ error }) => errors.push(error().message))
  context.on('console', message => {
    // A page that asks who is logged in is told 401, a tab that saves second 409, and the browser reports both.
    // What a form was refused is told 403 or 422.
    if (message.type() === 'error' && !/status of (401|403|409|422)/.test(message.text())) errors.push(message.text())
  })
  return { context, page: await context.newPage() }
}

const shot = async (page, name) => {
  if (options.screenshots) await page.screenshot({ path: `${options.screenshots}/story-${name}.png` })
}
if (options.binary) await newUser({ checks, open, binary: options.binary, schemes, sizes, shot })
if (alone) {
  await browser.close()
  process.exit(checks.report())
}

const { context: phoneContext, page: phonePage } = await open()
await checks.run('the phone page makes a phone to type into', async () => {
  await phonePage.goto(phone)
  await phonePage.locator('article textarea').first().waitFor()
})

let own
await checks.run('a phone can be added', async () => {
  await phonePage.getByRole('button', { name: 'Add a phone' }).first().click()
  await phonePage.getByRole('textbox', { name: 'Name' }).fill(who)
  await phonePage.getByRole('dialog').getByRole('button', { name: 'Add a phone' }).click()
  own = phonePage.getByRole('article', { name: `Phone of ${who}` })
  await own.waitFor()
})

const says = (text, times = 1) =>
  own
    .locator('[data-from=business]')
    .filter({ hasText: text })
    .nth(times - 1)
    .waitFor()
const write = async text => {
  await own.getByRole('textbox', { name: 'Message' }).fill(text)
  await own.getByRole('textbox', { name: 'Message' }).press('Enter')
}

await checks.run('the bot asks, is answered, and ends', async () => {
  await write('hi')
  await says('What is your name?')
  await write('Ana')
  await says('Hello Ana, how can we help?')
  await own.getByRole('button', { name: 'My order' }).click()
  await says('You chose My order.')
})

await checks.run('the tapped button is quoted, and what was written is ticked', async () => {
  const tapped = own.locator('[data-from=customer]').filter({ hasText: 'My order' })
  expect(await tapped.first().innerText()).toContain('how can we help?')
  await own
    .getByRole('img', { name: /^(Delivered|Read)$/ })
    .first()
    .waitFor()
})

await checks.run('the phone is still there after a reload', async () => {
  await phonePage.reload()
  await says('You chose My order.')
})

const { context: appContext, page } = await open()
await checks.run('a page that needs a session leads to the log-in page and back', async () => {
  await page.goto(`${app}/bots`)
  await page.getByLabel('E-mail').fill(options.email)
  await page.getByLabel('Password', { exact: true }).fill('not the password')
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('alert').waitFor()
  await page.getByLabel('Password', { exact: true }).fill(options.password)
  await page.getByRole('button', { name: 'Log in' }).click()
  await page.getByRole('heading', { name: 'Bots', level: 1 }).waitFor()
})

await checks.run('the integration has counted the messages', async () => {
  await page.goto(`${app}/integrations`)
  await page.getByRole('row').nth(1).waitFor()
  const counted = await page
    .getByRole('img', { name: /messages? in 24 hours/ })
    .first()
    .getAttribute('aria-label')
  expect(Number(counted.replace(/\D.*/, '')) >= 6).toBe(true)
})

await checks.run('the conversation is listed, with transcript, trace and variables', async () => {
  await page.goto(`${app}/conversations?tab=ended`)
  await page.getByRole('searchbox').fill(who)
  await page.getByRole('link', { name: new RegExp(who) }).click()
  const transcript = page.getByRole('log', { name: 'Transcript' })
  for (const text of ['hi', 'What is your name?', 'Ana', 'Hello Ana, how can we help?', 'You chose My order.']) {
    await transcript.getByText(text, { exact: true }).first().waitFor()
  }
  await page.getByRole('list', { name: 'Trace' }).getByRole('listitem').first().waitFor()
  await page.getByRole('term').filter({ hasText: 'choice' }).waitFor()
})

await checks.run('tapping a message shows its turn', async () => {
  await page.getByRole('log', { name: 'Transcript' }).getByText('What is your name?').click()
  await page.getByRole('heading', { name: /^Turn 1 of/ }).waitFor()
  await page.locator('button[aria-pressed=true]').first().waitFor()
})
const conversation = new URL(page.url()).pathname

await checks.run('a new message appears by itself', async () => {
  await page.goto(`${app}/conversations?q=${encodeURIComponent(who)}`)
  await page.getByText('Nothing found').waitFor()
  await write('hi')
  await says('What is your name?', 2)
  await page.getByRole('link', { name: new RegExp(who) }).waitFor({ timeout: 8000 })
})

await checks.run('the keyboard goes everywhere', async () => {
  await page.goto(`${app}/integrations`)
  await page.getByRole('heading', { name: 'Integrations', level: 1 }).waitFor()
  await page.keyboard.press('Tab')
  expect(await page.evaluate(() => document.activeElement.textContent)).toBe('Skip to content')
  // The list and its search come after the heading; then the focus may take a frame.
  await page.getByRole('searchbox').first().waitFor()
  await page.keyboard.press('/')
  await page.waitForFunction(() => document.activeElement.type === 'search')
  await page.keyboard.press('Escape')
  await page.keyboard.type('gb')
  await page.getByRole('heading', { name: 'Bots', level: 1 }).waitFor()
  await page.keyboard.press('?')
  await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
  await page.keyboard.press('Escape')
})

await checks.run('German is spoken', async () => {
  const { context, page: german } = await open({ locale: 'de-DE', storageState: await appContext.storageState() })
  await german.goto(`${app}/integrations`)
  await german.getByRole('heading', { name: 'Integrationen', level: 1 }).waitFor()
  await german.goto(phone)
  await german.getByRole('heading', { name: 'Was Meta tut' }).waitFor()
  await context.close()
})

await checks.run('Spanish and Portuguese are spoken, on the phone page too', async () => {
  const { context, page: other } = await open({ locale: 'es-MX', storageState: await appContext.storageState() })
  await other.goto(`${app}/integrations`)
  await other.getByRole('heading', { name: 'Integraciones', level: 1 }).waitFor()
  await other.goto(phone)
  await other.getByRole('combobox', { name: 'Idioma' }).selectOption('pt')
  await other.getByRole('heading', { name: 'O que a Meta faz' }).waitFor()
  await context.close()
})

const alive = {
  checks,
  open,
  app,
  phone,
  shot,
  sizes,
  schemes,
  email: options.email,
  password: options.password,
  storageState: await appContext.storageState(),
}
await staysAlive(alive)
if (options.only === 'alive') {
  await browser.close()
  process.exit(checks.report())
}
const built = await buildBot({ checks, open, app, storageState: await appContext.storageState() })
const inside = { checks, open, app, storageState: await appContext.storageState(), shot, sizes, schemes }
await sendLocation(inside)
await giveFiles(inside)
await manyTabs(inside)
await writeLetter(inside)
await keepConnections(inside)

const [integration, bot] = await firstOf(page)
const pages = {
  phone,
  login: `${app}/login`,
  integrations: `${app}/integrations`,
  integration: `${app}${integration}`,
  bots: `${app}/bots`,
  bot: `${app}${bot}`,
  builder: `${app}${built}?node=menu`,
  conversation: `${app}${conversation}`,
}
/** The rest of the pages: their first view, in both themes, and on a phone's screen in one. */
const more = {
  reset: `${app}/reset`,
  welcome: `${app}/welcome`,
  wizard: `${app}/integrations/new`,
  credentials: `${app}${integration}?tab=credentials`,
  settings: `${app}${integration}?tab=settings`,
  templates: `${app}${integration}?tab=templates`,
  log: `${app}${integration}?tab=log`,
  audit: `${app}${integration}?tab=audit`,
  contacts: `${app}/contacts`,
  events: `${app}/events`,
  account: `${app}/settings`,
  people: `${app}/settings?tab=people`,
  tokens: `${app}/settings?tab=tokens`,
  connections: `${app}/settings?tab=connections`,
  deeds: `${app}/settings?tab=audit`,
  you: `${app}/settings?tab=me`,
  installation: `${app}/installation`,
  'not-found': `${app}/nowhere`,
}
const session = await appContext.storageState()
const shown = await phonePage.evaluate(() => localStorage.getItem('chasqui.phones'))
for (const colorScheme of schemes) {
  for (const [size, viewport] of Object.entries(sizes)) {
    const { context, page: shot } = await open({ viewport, colorScheme, storageState: session })
    await shot.addInitScript(value => localStorage.setItem('chasqui.phones', value), shown)
    const rest = size === '390' && colorScheme === 'dark' ? {} : more
    for (const [name, url] of Object.entries({ ...pages, ...rest })) {
      await checks.run(
        `${name}, ${size}, ${colorScheme}: axe finds nothing serious, and nothing scrolls that should not`,
        async () => {
          await shot.goto(url)
          await shot.waitForLoadState('load')
          await shot.waitForTimeout(700)
          if (options.screenshots)
            await shot.screenshot({ path: `${options.screenshots}/${name}-${size}-${colorScheme}.png` })
          expect(await severe(shot)).toBe('')
          expect(await stray(shot)).toBe('')
        },
      )
    }
    await context.close()
  }
}

await checks.run('no page has failed in the console', () => expect([...new Set(errors)].join('\n')).toBe(''))
await phoneContext.close()
await appContext.close()
await browser.close()
process.exitCode = checks.report()

/** The addresses of the first integration and the first bot. */
async function firstOf(tab) {
  const addresses = []
  for (const noun of ['integrations', 'bots']) {
    await tab.goto(`${app}/${noun}`)
    const link = tab.locator(`main a[href^="/${noun}/"]`).first()
    await link.waitFor()
    addresses.push(await link.getAttribute('href'))
  }
  return addresses
}
