// Measures the canvas with a bot of 500 nodes by the browser's tracing: how long it takes to open, and the longest task of the
// page while a node is dragged, the canvas is panned, it is zoomed out so far that hundreds of nodes come into sight at once, and
// a text is typed.
//   node e2e/measure.mjs --app-url … --email … --password … [--nodes 500] [--strict]
// A task's own time (what the processor worked on it) is judged: on a busy machine tasks also wait. --strict: fails when a task
// of a drag, a pan or typing takes over 50 ms, or opening over 1.5 s.
import { readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { parseArgs } from 'node:util'
import { chromium } from 'playwright-core'
import { flags } from './browser.mjs'

const { values: options } = parseArgs({
  options: {
    'app-url': { type: 'string' },
    email: { type: 'string' },
    password: { type: 'string' },
    nodes: { type: 'string', default: '500' },
    strict: { type: 'boolean', default: false },
    chromium: { type: 'string', default: '/usr/bin/chromium' },
  },
})
const app = options['app-url'].replace(/\/$/, '')
const longestTask = 50
const longestOpening = 1500

const browser = await chromium.launch({ executablePath: options.chromium, args: flags })
const context = await browser.newContext({ viewport: { width: 1280, height: 800 }, locale: 'en-GB' })
context.setDefaultTimeout(60_000)
const page = await context.newPage()
await page.goto(`${app}/bots`)
await page.getByLabel('E-mail').fill(options.email)
await page.getByLabel('Password', { exact: true }).fill(options.password)
await page.getByRole('button', { name: 'Log in' }).click()
await page.getByRole('heading', { name: 'Bots', level: 1 }).waitFor()
const id = await page.evaluate(
  async definition => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ name: `Large ${Date.now()}`, definition })
    return (await (await fetch('/api/v1/bots', { method: 'POST', headers, body })).json()).id
  },
  large(Number(options.nodes)),
)

const results = []
const opened = await traced('open', async () => {
  await page.goto(`${app}/bots/${id}`, { waitUntil: 'commit' })
  await page.locator('.react-flow__node').first().waitFor()
  return page.evaluate(
    () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())))),
  )
})
await page.waitForTimeout(1500)
await traced('drag', async () => {
  const from = await middle(page.locator('.react-flow__node header').first())
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  for (let step = 1; step <= 60; step += 1) await page.mouse.move(from.x + step * 3, from.y + step * 2)
  await page.mouse.up()
})
await traced('pan', async () => {
  const box = await page.locator('.react-flow').boundingBox()
  await page.mouse.move(box.x + box.width / 2, box.y + box.height - 120)
  for (let step = 0; step < 40; step += 1) await page.mouse.wheel(step % 2 ? 60 : 20, 30)
})
await traced('zoom', async () => {
  await page.keyboard.down('Control')
  for (let step = 0; step < 12; step += 1) await page.mouse.wheel(0, step < 6 ? 60 : -60)
  await page.keyboard.up('Control')
})
await page.goto(`${app}/bots/${id}?node=n1`)
const message = page.getByRole('textbox', { name: 'Message', exact: true })
await message.waitFor()
await page.waitForTimeout(1500)
await traced('type', async () => {
  await message.click()
  await page.keyboard.type('It is a pleasure to type here, {contact.name}. ', { delay: 15 })
  // The draft is saved and checked meanwhile.
  await page.locator('[data-saving=saved]').waitFor()
})
await browser.close()

for (const { name, own, wall } of results) {
  console.log(`${name}: longest task ${own.toFixed(1)} ms of its own, ${wall.toFixed(1)} ms by the clock`)
}
const opening = results.find(({ name }) => name === 'open')
console.log(
  `open: ${opened.toFixed(0)} ms to the second frame with nodes; the page's own work was ${opening.work.toFixed(0)} ms`,
)
const slow = results.filter(({ name, own }) => ['drag', 'pan', 'type'].includes(name) && own > longestTask)
if (options.strict && (slow.length > 0 || opened > longestOpening)) process.exitCode = 1

/** The longest task of the page's main thread while something is done. */
async function traced(name, act) {
  const file = `${tmpdir()}/chasqui-trace-${process.pid}.json`
  await browser.startTracing(page, { path: file, categories: ['toplevel', 'devtools.timeline', '__metadata'] })
  const answer = await act()
  await page.waitForTimeout(300)
  await browser.stopTracing()
  const { traceEvents } = JSON.parse(readFileSync(file, 'utf8'))
  rmSync(file)
  const mains = new Set(
    traceEvents
      .filter(it => it.name === 'thread_name' && it.args.name === 'CrRendererMain')
      .map(it => `${it.pid} ${it.tid}`),
  )
  const tasks = traceEvents.filter(it => /RunTask$/.test(it.name) && it.ph === 'X' && mains.has(`${it.pid} ${it.tid}`))
  const longest = of => Math.max(0, ...tasks.map(of)) / 1000
  const own = it => it.tdur ?? it.dur
  const work = tasks.reduce((sum, it) => sum + own(it), 0) / 1000
  results.push({ name, own: longest(own), wall: longest(it => it.dur), work })
  return answer
}

async function middle(locator) {
  const box = await locator.boundingBox()
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** A bot of many questions, twenty-five in a row, with answers that cross. */
function large(count) {
  const nodes = []
  const layout = {}
  for (let index = 0; index < count; index += 1) {
    const next = step => `n${Math.min(index + step, count - 1)}`
    const id = `n${index}`
    layout[id] = [(index % 25) * 280, Math.floor(index / 25) * 260]
    if (index === count - 1) nodes.push({ id, type: 'end', text: 'Goodbye.' })
    else if (index % 3 === 0)
      nodes.push({
        id,
        type: 'question_buttons',
        text: `Question ${index}, {contact.name}: which way?`,
        buttons: ['a', 'b', 'c'].map(id => ({ id, label: `Way ${id}` })),
        ports: { 'option:a': next(1), 'option:b': next(2), 'option:c': next(25) },
      })
    else
      nodes.push({
        id,
        type: 'question_text',
        text: `Question ${index}?`,
        save_as: `v${index}`,
        ports: { next: next(1) },
      })
  }
  return { format: 1, name: 'Large', start: 'n0', nodes, layout }
}
