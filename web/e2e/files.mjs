// Files that people upload in the builder: picked, dropped, refused, picked again. Then the bot's own words, and the map.
import { expect } from './checks.mjs'

const definition = {
  format: 1,
  name: 'Files',
  start: 'pic',
  variables: { age: 'text' },
  nodes: [
    { id: 'pic', type: 'media', kind: 'image', url: 'https://', ports: { next: 'ask' } },
    {
      id: 'ask',
      type: 'question_text',
      text: 'How old are you?',
      save_as: 'age',
      validation: { kind: 'number' },
      ports: { next: 'bye' },
    },
    { id: 'bye', type: 'end', text: 'Bye.' },
  ],
  layout: { pic: [0, 0], ask: [320, 0], bye: [640, 0] },
}

/** The smallest picture. */
const png = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR4nGP4z8DwHwAFAAH/iZk9HQAAAABJRU5ErkJggg==',
  'base64',
)

export async function giveFiles({ checks, open, app, storageState, shot }) {
  const { context, page } = await open({ storageState })
  const saved = () => page.locator('[data-saving=saved]').waitFor()
  const draft = () =>
    page.evaluate(async () => {
      const id = location.pathname.split('/')[2]
      return (await (await fetch(`/api/v1/bots/${id}/draft`)).json()).definition
    })
  const dialog = page.getByRole('dialog', { name: 'Choose a file' })

  await checks.run('a file is uploaded where the bot sends one, and seen', async () => {
    await page.goto(`${app}/bots`)
    const id = await page.evaluate(async definition => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ name: `Files ${Date.now().toString(36)}`, definition })
      return (await (await fetch('/api/v1/bots', { method: 'POST', headers, body })).json()).id
    }, definition)
    await page.goto(`${app}/bots/${id}?node=pic`)
    await page.getByRole('button', { name: 'Choose a file' }).click()
    await dialog.locator('input[type=file]').setInputFiles({ name: 'roof.png', mimeType: 'image/png', buffer: png })
    await dialog.waitFor({ state: 'detached' })
    await page.locator('[data-node=pic]').getByText('roof.png').waitFor()
    await shot(page, 'file-picked')
    await saved()
    const media = (await draft()).nodes.find(node => node.id === 'pic')
    expect(/^med_[0-9a-f]{32}$/.test(media.url)).toBe(true)
  })

  await checks.run('a file that is not what it says, or not what is wanted, is refused in words', async () => {
    await page.getByRole('button', { name: 'Choose a file' }).click()
    const file = dialog.locator('input[type=file]')
    await file.setInputFiles({ name: 'page.png', mimeType: 'image/png', buffer: Buffer.from('<script>') })
    await dialog.getByRole('alert').getByText('The bytes of the file are not image/png').waitFor()
    await file.setInputFiles({ name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from('notes') })
    await dialog.getByRole('alert').getByText('something else is needed here').waitFor()
    await shot(page, 'file-refused')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
  })

  await checks.run('a file that was uploaded before is picked again, with the keyboard', async () => {
    await page.goto(`${page.url().split('?')[0]}?node=ask`)
    await page.getByRole('button', { name: 'Add a picture' }).focus()
    await page.keyboard.press('Enter')
    await dialog
      .getByRole('button', { name: /^roof\.png/ })
      .first()
      .focus()
    await page.keyboard.press('Enter')
    await page.locator('[data-field=image]').getByText('roof.png').waitFor()
    await saved()
    const question = (await draft()).nodes.find(node => node.id === 'ask')
    expect(question.image.startsWith('med_')).toBe(true)
  })

  await checks.run('M shows and hides the map', async () => {
    await page.locator('.react-flow__pane').click({ position: { x: 300, y: 30 } })
    const before = await page.locator('.react-flow__minimap').count()
    await page.keyboard.press('m')
    await page.locator('.react-flow__minimap').waitFor({ state: before ? 'detached' : 'attached' })
    await page.keyboard.press('m')
    await page.locator('.react-flow__minimap').waitFor({ state: before ? 'attached' : 'detached' })
  })

  await checks.run('the bot has words of its own, which the draft says', async () => {
    await page.getByRole('button', { name: 'More about this bot' }).click()
    await page.getByRole('menuitem', { name: 'Settings, variables, tests' }).click()
    await page.locator('summary', { hasText: "The bot's phrases" }).click()
    const number = page.getByRole('textbox', { name: 'A number is expected' })
    expect(await number.getAttribute('placeholder')).toBe('Please answer with a number.')
    await number.fill('Digits only, please.')
    await saved()
    await shot(page, 'own-words')
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    await page.getByRole('textbox', { name: 'Write as the customer' }).fill('hi')
    await page.getByRole('textbox', { name: 'Write as the customer' }).press('Enter')
    const chat = page.getByRole('log', { name: 'Chat with the draft' })
    await chat.getByText('How old are you?').first().waitFor()
    await page.getByRole('textbox', { name: 'Write as the customer' }).fill('many')
    await page.getByRole('textbox', { name: 'Write as the customer' }).press('Enter')
    await chat.getByText('Digits only, please.').waitFor()
  })
  await context.close()
}
