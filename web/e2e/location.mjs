// A location in the test of a draft: by the bot's button, by the paper clip, and kept as a flow test.
import { expect } from './checks.mjs'

const definition = {
  format: 1,
  name: 'Where',
  start: 'where',
  variables: { place: 'object' },
  nodes: [
    { id: 'where', type: 'location_request', text: 'Where are you?', save_as: 'place', ports: { next: 'bye' } },
    { id: 'bye', type: 'end', text: 'At {place.name}, {place.latitude}.' },
  ],
  layout: { where: [0, 0], bye: [320, 0] },
}

export async function sendLocation({ checks, open, app, storageState, shot }) {
  const { context, page } = await open({ storageState })
  const chat = page.getByRole('log', { name: 'Chat with the draft' })
  const sheet = page.getByRole('dialog', { name: 'Send a location' })
  const write = async text => {
    await page.getByRole('textbox', { name: 'Write as the customer' }).fill(text)
    await page.getByRole('textbox', { name: 'Write as the customer' }).press('Enter')
  }

  await checks.run('a location is sent to a draft with the button of its question', async () => {
    await page.goto(`${app}/bots`)
    const id = await page.evaluate(async definition => {
      const headers = { 'content-type': 'application/json' }
      const body = JSON.stringify({ name: `Where ${Date.now().toString(36)}`, definition })
      return (await (await fetch('/api/v1/bots', { method: 'POST', headers, body })).json()).id
    }, definition)
    await page.goto(`${app}/bots/${id}`)
    await page.locator('[data-node=where]').waitFor()
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    await write('hi')
    await chat.getByRole('button', { name: 'Send location' }).click()
    await sheet.getByText('Plaza de Armas').click()
    await shot(page, 'location')
    await sheet.getByRole('button', { name: 'Send', exact: true }).click()
    await chat.getByText('At Plaza de Armas, -13.5168.').waitFor()
  })

  await checks.run('any other location is sent with the paper clip, with the keyboard', async () => {
    await write('again')
    await chat.getByRole('button', { name: 'Send location' }).nth(1).waitFor()
    await page.getByRole('button', { name: 'Send a file or a location' }).click()
    await page.getByRole('menuitem', { name: 'Location' }).click()
    await sheet.getByText('Another place').click()
    await sheet.getByRole('textbox', { name: 'Latitude' }).fill('95')
    await sheet.getByRole('textbox', { name: 'Longitude' }).fill('10,5')
    await sheet.getByRole('alert').waitFor()
    await shot(page, 'location-other')
    await sheet.getByRole('textbox', { name: 'Latitude' }).fill('-45.25')
    await sheet.getByRole('textbox', { name: 'Name' }).fill('Here')
    await sheet.getByRole('textbox', { name: 'Name' }).press('Enter')
    await chat.getByText('At Here, -45.25.').waitFor()
    await sheet.waitFor({ state: 'detached' })
  })

  await checks.run('the locations are kept in the flow test, which passes', async () => {
    await page.getByRole('button', { name: 'Save as a test' }).click()
    await page.getByText('Customer sends a location: Plaza de Armas').waitFor()
    await page.getByRole('textbox', { name: 'What it tests' }).fill('a place')
    await page.getByRole('button', { name: 'Save the test' }).click()
    await page.getByRole('button', { name: 'More about this bot' }).click()
    await page.getByRole('menuitem', { name: 'Settings, variables, tests' }).click()
    await page.getByRole('button', { name: 'Run all' }).click()
    await page.getByText('Passed', { exact: false }).first().waitFor()
    expect(await page.getByText('Failed', { exact: true }).count()).toBe(0)
  })
  await context.close()
}
