// Draws the examples of the guide: each component on the canvas and on the phone, and the builder in a series for the README.
//   node e2e/pictures.mjs --app-url … --phone-url … --email … --password … [--only question_text,…|series]
// Against a demo of its own: it changes the bot that answers there. Pictures go to docs/images.
import { mkdirSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { flags } from './browser.mjs'
import { services } from './services.mjs'

const { values: options } = parseArgs({
  options: {
    'app-url': { type: 'string' },
    'phone-url': { type: 'string' },
    email: { type: 'string' },
    password: { type: 'string' },
    only: { type: 'string' },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
})
const app = options['app-url'].replace(/\/$/, '')
const sim = new URL(options['phone-url']).origin
const examples = new URL('../../docs/guide/components/examples/', import.meta.url)
const images = new URL('../../docs/images/', import.meta.url)
const wanted = options.only?.split(',')
const largest = 60_000

mkdirSync(new URL('components/', images), { recursive: true })
const browser = await chromium.launch({ executablePath: options.chromium, args: flags })
const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
context.setDefaultTimeout(15_000)
const page = await context.newPage()
await page.goto(`${app}/bots`)
await page.getByLabel('E-mail').fill(options.email)
await page.getByLabel('Password', { exact: true }).fill(options.password)
await page.getByRole('button', { name: 'Log in' }).click()
await page.getByRole('heading', { name: 'Bots', level: 1 }).waitFor()

const world = await services()
const secret = 'a-secret-of-the-example'

const kinds = readdirSync(examples).map(name => name.replace('.json', ''))
for (const kind of kinds.filter(kind => !wanted || wanted.includes(kind))) await picture(kind)
if (!wanted || wanted.includes('series')) await series()
await browser.close()
world.stop()

/** Asks the API in the name of who is logged in. */
async function ask(method, path, body) {
  const answer = await page.evaluate(
    async ([method, path, body]) => {
      const headers = { 'content-type': 'application/json' }
      const response = await fetch(`/api/v1${path}`, { method, headers, body: body && JSON.stringify(body) })
      return { ok: response.ok, text: await response.text() }
    },
    [method, path, body],
  )
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.text}`)
  return answer.text ? JSON.parse(answer.text) : undefined
}

function small(file) {
  const { size } = statSync(file)
  console.log(`${file.pathname} ${size}`)
  if (size > largest) throw new Error(`${file.pathname} has ${size} bytes`)
}

async function picture(kind) {
  // The world of a demo is the example shop, and nobody waits for hours.
  const text = readFileSync(new URL(`${kind}.json`, examples), 'utf8')
  const example = JSON.parse(text.replaceAll('https://api.example.com', `${sim}/_sim/shop`))
  const drawn = JSON.parse(text)
  for (const node of example.nodes) {
    if (node.type === 'time_delay') {
      delete node.hours
      delete node.minutes
      node.seconds = 1
    }
  }
  for (const { type, connection } of drawn.nodes.filter(node => node.connection)) {
    const { items } = await ask('GET', '/connections')
    const there = items.find(one => one.name === connection)
    if (there) await ask('DELETE', `/connections/${there.id}`)
    const made = await ask('POST', '/connections', { name: connection, secret, ...world.connections[type] })
    if (made.kind === 'google') await agree(made.id)
  }
  world.expect(example)
  const { id } = await ask('POST', '/bots', { name: `${drawn.name} ${Date.now()}`, definition: drawn })
  const node = drawn.nodes.find(node => node.type === kind).id
  await canvas(id, node, new URL(`components/${kind}-canvas.png`, images))
  const { revision } = await ask('GET', `/bots/${id}/draft`)
  await ask('PUT', `/bots/${id}/draft`, { revision, definition: example })
  await phone(id, kind, example, new URL(`components/${kind}-phone.png`, images))
}

/** What a person does at Google, and where Google sends the browser then. */
async function agree(id) {
  const { url } = await ask('POST', '/connections/google/authorise', { connection_id: id })
  const state = new URL(url).searchParams.get('state')
  await page.goto(`${app}/api/v1/connections/google/callback?${new URLSearchParams({ state, code: 'code' })}`)
  if (!page.url().includes('google=done')) throw new Error(`Google was not connected: ${page.url()}`)
}

/** The whole flow, with the component chosen. */
async function canvas(id, node, file) {
  await page.goto(`${app}/bots/${id}`)
  await page.locator(`[data-node=${node}]`).waitFor()
  await page.addStyleTag({
    content: '.react-flow__minimap, .react-flow__panel, .react-flow__attribution { display: none !important }',
  })
  await page.waitForTimeout(500)
  const boxes = await page.locator('.react-flow__node').evaluateAll(nodes =>
    nodes.map(node => {
      const { left, top, right, bottom } = node.getBoundingClientRect()
      return { left, top, right, bottom }
    }),
  )
  const pane = await page.locator('.react-flow').boundingBox()
  const space = 24
  // The flag of the start stands above its node.
  const above = 44
  const x = Math.max(Math.min(...boxes.map(box => box.left)) - space, pane.x)
  const y = Math.max(Math.min(...boxes.map(box => box.top)) - above, pane.y)
  const right = Math.min(Math.max(...boxes.map(box => box.right)) + space, pane.x + pane.width)
  const bottom = Math.min(Math.max(...boxes.map(box => box.bottom)) + space, pane.y + pane.height)
  await page.screenshot({ path: file.pathname, clip: { x, y, width: right - x, height: bottom - y } })
  small(file)
}

/** The conversation of the example's first test, up to where a list is open or, when files are what it is about, one is awaited. */
async function phone(id, kind, example, file) {
  await ask('POST', `/bots/${id}/publish`, {})
  const { items } = await ask('GET', '/integrations')
  await ask('PATCH', `/integrations/${items[0].id}`, { bot_id: id })
  const { context: own, tab, chat } = await onPhone()
  const before = () => chat.locator('[data-from=business]').count()
  for (const step of example.tests[0].steps) {
    const count = await before()
    if (step.contact !== undefined) {
      await chat.getByRole('textbox', { name: 'Message' }).fill(step.contact)
      await chat.getByRole('textbox', { name: 'Message' }).press('Enter')
    } else if (step.tap !== undefined) {
      const button = chat.getByRole('button', { name: step.tap }).last()
      // A button that only comes after a file is not there.
      if ((await button.count()) === 0) break
      await button.click()
    } else if (step.pick !== undefined) {
      const list = example.nodes.find(node => node.type === 'question_list')
      await chat.getByRole('button', { name: list.button }).last().click()
      await tab.waitForTimeout(400)
      break
    } else if (step.send !== undefined && kind === 'google_drive') {
      await chat.getByRole('button', { name: 'Attach' }).click()
      const choosing = tab.waitForEvent('filechooser')
      await chat.getByRole('button', { name: 'Picture' }).click()
      await (await choosing).setFiles({ name: 'damage.png', mimeType: 'image/png', buffer: await photo(tab) })
      await chat.getByRole('button', { name: 'Send', exact: true }).click()
    } else if (step.send !== undefined || step.hand_back) break
    else continue
    for (let tries = 0; tries < 30 && (await before()) === count; tries += 1) await tab.waitForTimeout(100)
    await tab.waitForTimeout(400)
  }
  await tab.waitForTimeout(example.nodes.some(node => node.type === 'time_delay') ? 2500 : 900)
  await chat.screenshot({ path: file.pathname })
  await own.close()
  small(file)
}

/** A cup with a crack, as a picture. */
async function photo(tab) {
  const data = await tab.evaluate(() => {
    const canvas = Object.assign(document.createElement('canvas'), { width: 320, height: 200 })
    const pen = canvas.getContext('2d')
    const fill = (color, ...box) => {
      pen.fillStyle = color
      pen.fillRect(...box)
    }
    fill('#d9e4e6', 0, 0, 320, 200)
    fill('#b98f66', 0, 150, 320, 50)
    fill('#f7f1e6', 110, 50, 90, 105)
    pen.lineWidth = 12
    pen.strokeStyle = '#f7f1e6'
    pen.beginPath()
    pen.arc(205, 100, 26, -1.2, 1.2)
    pen.stroke()
    pen.lineWidth = 3
    pen.strokeStyle = '#3b2c22'
    pen.beginPath()
    for (const [x, y] of [
      [140, 50],
      [150, 75],
      [141, 92],
      [158, 118],
      [150, 140],
    ])
      pen.lineTo(x, y)
    pen.stroke()
    return canvas.toDataURL('image/png')
  })
  return Buffer.from(data.split(',')[1], 'base64')
}

/** A fresh phone, alone on its page. */
async function onPhone() {
  const own = await browser.newContext({ viewport: { width: 390, height: 560 }, locale: 'en-GB' })
  own.setDefaultTimeout(15_000)
  const tab = await own.newPage()
  const made = await fetch(`${sim}/_sim/phones`, { method: 'POST', body: '{"name":"Ana"}' })
  const { wa_id } = await made.json()
  const shown = JSON.stringify([{ wa_id }])
  await tab.addInitScript(value => localStorage.setItem('chasqui.phones', value), shown)
  await tab.goto(options['phone-url'])
  const chat = tab
    .locator('article')
    .filter({ has: tab.locator('textarea') })
    .first()
  await chat.waitFor()
  await tab.waitForTimeout(300)
  return { context: own, tab, chat }
}

/** The builder with a starter, in both themes: the flow, a component, the test, the difference. */
async function series() {
  const { id } = await ask('POST', '/bots/starters/appointments-en', {})
  await ask('POST', `/bots/${id}/publish`, {})
  const { revision, definition } = await ask('GET', `/bots/${id}/draft`)
  definition.nodes.find(node => node.id === 'menu').text =
    'Good day {contact.name}. Would you like to book, or to cancel?'
  await ask('PUT', `/bots/${id}/draft`, { revision, definition })
  for (const scheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme: scheme })
    const shot = async name => {
      await page.waitForTimeout(700)
      await page.screenshot({ path: new URL(`builder-${name}-${scheme}.png`, images).pathname })
    }
    await page.goto(`${app}/bots/${id}`)
    await page.locator('.react-flow__node').first().waitFor()
    await shot('flow')
    await page.goto(`${app}/bots/${id}?node=confirm`)
    await page.getByRole('textbox', { name: 'Message', exact: true }).waitFor()
    await shot('component')
    await page.goto(`${app}/bots/${id}?node=menu`)
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    const write = page.getByRole('textbox', { name: 'Write as the customer' })
    await write.fill('hi')
    await write.press('Enter')
    const chat = page.getByRole('log', { name: 'Chat with the draft' })
    await chat.getByRole('button', { name: 'Book' }).click()
    await chat.getByRole('button', { name: 'Repair' }).click()
    await shot('test')
    await page.getByRole('button', { name: 'Close the test' }).click()
    await page.getByRole('button', { name: 'Versions' }).click()
    await page.getByRole('complementary', { name: 'Versions' }).locator('del').first().waitFor()
    await shot('difference')
  }
}
