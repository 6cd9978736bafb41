// Many tabs over plain HTTP: a browser opens six connections to a server and no more.
import { expect } from './checks.mjs'

const tabs = 12
const reloads = 20
const soon = 10_000

export async function manyTabs({ checks, open, app, storageState }) {
  const { context, page } = await open({ storageState })
  const listed = one => one.getByRole('row').nth(1).waitFor({ timeout: soon })

  await checks.run(`${tabs} tabs stay alive beside each other`, async () => {
    const pages = [page]
    while (pages.length < tabs) pages.push(await context.newPage())
    for (const one of pages) {
      await one.goto(`${app}/integrations`, { timeout: soon })
      await listed(one)
    }
    // The first one still goes on to another page and asks the server.
    await page.bringToFront()
    await page.getByRole('link', { name: 'Bots', exact: true }).click()
    await page.getByRole('heading', { name: 'Bots', level: 1 }).waitFor({ timeout: soon })
    const answered = await page.evaluate(async () => (await fetch('/api/v1/me')).status)
    expect(answered).toBe(200)
    for (const one of pages.slice(1)) await one.close()
  })

  await checks.run(`a tab stays alive when it is loaded ${reloads} times in a row`, async () => {
    for (let n = 0; n < reloads; n++) {
      await page.goto(`${app}/${n % 2 ? 'integrations' : 'bots'}`, { timeout: soon })
      await page.getByRole('heading', { level: 1 }).first().waitFor({ timeout: soon })
    }
    await page.goBack({ timeout: soon })
    await page.getByRole('heading', { level: 1 }).first().waitFor({ timeout: soon })
    const answered = await page.evaluate(async () => (await fetch('/api/v1/me')).status)
    expect(answered).toBe(200)
  })

  await checks.run('what changes is seen in every tab', async () => {
    const name = `Seen ${Date.now().toString(36)}`
    const id = await page.evaluate(async name => {
      const definition = { format: 1, name, start: 'a', nodes: [{ id: 'a', type: 'end', text: 'Bye.' }] }
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ name, definition })
      return (await (await fetch('/api/v1/bots', { method: 'POST', headers, body })).json()).id
    }, name)
    const other = await context.newPage()
    const row = one => one.getByRole('row').filter({ hasText: name })
    for (const one of [page, other]) {
      await one.goto(`${app}/bots`, { timeout: soon })
      await row(one).getByText('Not published').waitFor({ timeout: soon })
    }
    const published = await page.evaluate(
      async id => (await fetch(`/api/v1/bots/${id}/publish`, { method: 'POST' })).status,
      id,
    )
    expect(published).toBe(200)
    for (const one of [page, other])
      await row(one).getByText('Not published').waitFor({ state: 'detached', timeout: soon })
  })
  await context.close()
}
