// The connections of an account: made, checked against a real mail server, changed, and kept while a bot uses them.
import { expect, severe } from './checks.mjs'
import { mailServer } from './mail.mjs'

const password = 'khipu-and-llama-7731'

export async function keepConnections({ checks, open, app, storageState, shot, sizes, schemes }) {
  const { context, page } = await open({ storageState })
  const mail = await mailServer()
  const name = `Post ${Date.now().toString(36)}`
  const row = page.getByRole('row').filter({ hasText: name })
  const dialog = page.getByRole('dialog')
  const api = (path, data, method = 'post') =>
    page.request[method](`${app}/api/v1${path}`, { data, headers: { 'sec-fetch-site': 'same-origin' } })
  // Whatever the server sends to the page, from here on.
  const heard = []
  page.on('response', async response => {
    if (/\/api\//.test(response.url())) heard.push(await response.text().catch(() => ''))
  })

  await checks.run('a connection is made; what is wrong is named beside its field', async () => {
    await page.goto(`${app}/settings?tab=connections`)
    await page.getByRole('button', { name: 'Add a connection' }).click()
    await dialog.getByLabel('Service').selectOption('smtp')
    await dialog.getByRole('textbox', { name: /^Name/ }).fill(name)
    await dialog.getByRole('textbox', { name: 'Mail server' }).fill('127.0.0.1')
    await dialog.getByRole('textbox', { name: 'Port' }).fill(new URL(mail.url).port)
    await dialog.getByLabel('Encryption').selectOption('none')
    await dialog.getByRole('textbox', { name: 'Sender' }).fill('nobody')
    await dialog.getByRole('button', { name: 'Add a connection' }).click()
    await dialog.getByText('A sender such as Shop <shop@example.com>.').waitFor()
    await dialog.getByRole('textbox', { name: 'Sender' }).fill('Shop <shop@example.com>')
    await dialog.getByLabel(/^Password/).fill(password)
    await shot(page, 'connection-form')
    await dialog.getByRole('button', { name: 'Add a connection' }).click()
    await row.waitFor()
  })

  const today = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' }).format(new Date())
  await checks.run('its secret is kept: its end and its day are told, and never more', async () => {
    await row.getByText(`Key ends in 7731 · Saved ${today}`).waitFor()
    await row.getByRole('button', { name: 'Change' }).click()
    await dialog.getByText('•••• 7731').waitFor()
    await dialog.getByText(`Saved ${today}`).waitFor()
    expect(await dialog.locator('input[type=password]').count()).toBe(0)
    await page.keyboard.press('Escape')
    await page.reload()
    await row.waitFor()
    expect(await page.getByText(password).count()).toBe(0)
    expect(heard.some(text => text.includes(password))).toBe(false)
  })

  await checks.run('a check says that the mail server is there, and later that it is gone', async () => {
    await row.getByRole('button', { name: `Check ${name}` }).click()
    await row.getByText('The service accepts the key').waitFor()
    expect(mail.mails.length).toBe(0)
    await row.getByRole('button', { name: 'Change' }).click()
    // Port 9 is nobody's.
    await dialog.getByRole('textbox', { name: 'Port' }).fill('9')
    // A key stays with the place it was given for.
    await dialog.getByText('The key was given for the previous address').waitFor()
    await dialog.getByLabel(/^Password/).fill(password)
    await dialog.getByRole('button', { name: 'Save' }).click()
    await dialog.waitFor({ state: 'detached' })
    await row.getByRole('button', { name: `Check ${name}` }).click()
    await row.getByText('The service cannot be reached.').waitFor()
    await shot(page, 'connection-check')
  })

  await checks.run('another secret takes the place of the one that was kept', async () => {
    await row.getByRole('button', { name: 'Change' }).click()
    await dialog.getByRole('button', { name: 'Replace: Password' }).click()
    await dialog.getByLabel(/^Password/).fill('another-khipu-0042')
    await dialog.getByRole('button', { name: 'Save' }).click()
    await row.getByText('Key ends in 0042').waitFor()
  })

  const mailing = connection => ({
    format: 1,
    name: 'Letters',
    start: 'mail',
    nodes: [
      { id: 'mail', type: 'email', connection, to: ['a@example.com'], subject: 'A', html: 'B', ports: { next: 'end' } },
      { id: 'end', type: 'end' },
    ],
  })
  let bot
  await checks.run('while a bot uses it, it cannot be deleted, and the refusal says which', async () => {
    bot = (await (await api('/bots', { definition: mailing(name) })).json()).id
    await row.getByRole('button', { name: 'Delete' }).click()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await dialog.getByText('Bots use this connection: “Letters”.').waitFor()
    await shot(page, 'connection-in-use')
    await dialog.getByRole('button', { name: 'Cancel' }).click()
    await row.waitFor()
  })

  await checks.run(
    'connections, as cards on a phone: axe finds nothing serious, nothing scrolls sideways',
    async () => {
      for (const colorScheme of schemes) {
        for (const [size, viewport] of Object.entries(sizes)) {
          const { context, page: tab } = await open({ storageState, colorScheme, viewport })
          await tab.goto(`${app}/settings?tab=connections`)
          await tab.getByText(name).waitFor()
          await shot(tab, `connections-${size}-${colorScheme}`)
          expect(await severe(tab)).toBe('')
          expect(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
          await context.close()
        }
      }
    },
  )

  await checks.run('when no bot uses it any more, it goes', async () => {
    await api(`/bots/${bot}`, undefined, 'delete')
    await row.getByRole('button', { name: 'Delete' }).click()
    await dialog.getByRole('button', { name: 'Delete' }).click()
    await row.waitFor({ state: 'detached' })
  })
  mail.stop()
  await context.close()
}
