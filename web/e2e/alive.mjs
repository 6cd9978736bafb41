// Pages that stay alive and say what is so: the wizard leads out of every refusal, a number that receives nothing is no green
// one, the end of a session loses nothing, and no letter of somebody who types becomes a command.
import { expect, severe } from './checks.mjs'
import { stray } from './overflow.mjs'

const business = {
  app_id: '481520077310955',
  app_secret: '6c1f0c8e2a7d4936b0e1c2d3f4a59655',
  business_account_id: '108833512907755',
  numbers: [
    {
      id: '106540352240055',
      display_phone_number: '+49 30 23125 055',
      verified_name: 'Quipu Bakery',
      quality_rating: 'GREEN',
      throughput: 'STANDARD',
    },
  ],
  tokens: [{ token: 'EAAalive', type: 'SYSTEM_USER' }],
}

export async function staysAlive(all) {
  const id = await leadsOut(all)
  if (id) await saysWhatIsSo({ ...all, id })
  await sessionEnds(all)
  await keysStayKeys(all)
}

const focusedField = (page, field) =>
  page.waitForFunction(
    wanted => document.activeElement?.closest('[data-field]')?.getAttribute('data-field') === wanted,
    field,
  )

/** The wizard. Answers the id of the integration that was made. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one story, told in order.
async function leadsOut({ checks, open, app, phone, storageState, shot, sizes, schemes }) {
  const { context, page } = await open({ storageState })
  const step = name => page.waitForURL(new RegExp(`/integrations/new/${name}$`))
  const next = () => page.getByRole('button', { name: 'Next', exact: true }).click()
  const secret = name => page.locator(`[data-field="/credentials/${name}"]`).locator('visible=true').first()
  const fill = async (name, value) => {
    const field = secret(name)
    const input = (await field.evaluate(it => it.tagName)) === 'INPUT' ? field : field.locator('input')
    await input.fill(value)
  }
  const numbers = page.locator('[data-field="/settings/recipients/numbers"]')
  let id

  await checks.run('the steps of the wizard are addresses, and none is beyond what was filled in', async () => {
    const made = await fetch(`${new URL(phone).origin}/_sim/businesses`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(business),
    })
    expect(made.ok).toBe(true)
    await page.goto(`${app}/integrations/new/review`)
    await step('type')
    await next()
    await step('name')
    await focusedField(page, '/name')
    await page.keyboard.type('Bakery')
    await page.goBack()
    await page.getByRole('heading', { name: 'What kind of channel?' }).waitFor()
    await page.goForward()
    await step('name')
    expect(await page.locator('[data-field="/name"]').inputValue()).toBe('Bakery')
    await next()
    await step('bot')
    await next()
    await page.getByText('Choose the bot that answers.').first().waitFor()
    await focusedField(page, '/bot_id')
    await page.getByRole('radio').and(page.locator(':enabled')).first().check()
    await page.getByText('Choose the bot that answers.').first().waitFor({ state: 'detached' })
    await next()
    await step('credentials')
  })

  await checks.run('Next judges what Create will judge, at Meta too', async () => {
    await fill('business_account_id', business.business_account_id)
    await fill('phone_number_id', business.numbers[0].id)
    await fill('app_id', business.app_id)
    await fill('app_secret', 'f'.repeat(32))
    await fill('access_token', 'EAAalive')
    await page.getByRole('button', { name: 'Generate' }).click()
    await next()
    await page.getByText('Meta does not accept this app secret').first().waitFor()
    await focusedField(page, '/credentials/app_secret')
    await fill('app_secret', business.app_secret)
    await next()
    await step('settings')
    // Back and forth costs no secret.
    await page.goBack()
    await step('credentials')
    await page.goForward()
    await step('settings')
    await page.getByRole('button', { name: 'Back', exact: true }).click()
    await next()
    await step('settings')
  })

  await checks.run('a wrong number is refused where it stands, and leads out', async () => {
    await page.getByRole('radio', { name: 'Only these numbers' }).check()
    await numbers.fill('12\n030 901820')
    await next()
    await page.getByText(/^12: /).first().waitFor()
    await focusedField(page, '/settings/recipients/numbers')
    await shot(page, 'wizard-refused')
    expect(await severe(page)).toBe('')
    await page.getByRole('radio', { name: 'Everyone' }).check()
    expect((await page.getByRole('alert').allInnerTexts()).join()).toBe('')
    await next()
    await step('review')
    await page.goBack()
    await page.getByRole('radio', { name: 'Only these numbers' }).check()
    await numbers.fill('12\n030 901820')
    await page.getByRole('button', { name: 'Read and tidy' }).click()
    // The line that is none stays, on top, with its reason; the other one is of the number's country.
    await page.getByText('Line 1: 12 – not a phone number').waitFor()
    expect(await numbers.inputValue()).toBe('12\n+4930901820')
    await focusedField(page, '/settings/recipients/numbers')
    await shot(page, 'wizard-recipients')
    await numbers.fill('030 901820')
    expect(await page.getByText('Line 1: 12').count()).toBe(0)
    await next()
    await step('review')
  })

  const refuse = async errors => {
    await page.route('**/api/v1/integrations?check=true', async route => {
      await route.fulfill({
        status: 422,
        contentType: 'application/problem+json',
        body: JSON.stringify({ type: 'urn:chasqui:problem:invalid', title: 'x', status: 422, detail: 'x', errors }),
      })
    })
    await page.getByRole('button', { name: 'Create the integration' }).click()
  }
  await checks.run('whatever Create refuses is said in the step that has the field, or before the button', async () => {
    for (const [pointer, place] of [
      ['/settings/recipients/numbers/0', 'settings'],
      ['/settings/time_zone', 'settings'],
      ['/name', 'name'],
      ['/bot_id', 'bot'],
      ['/credentials/phone_number_id', 'credentials'],
      ['/unheard_of/3', 'review'],
    ]) {
      await refuse([{ pointer, code: 'x', message: `Odd: ${pointer}.` }])
      await step(place)
      await page.getByText(`Odd: ${pointer}.`).first().waitFor()
      if (place !== 'review')
        await page.waitForFunction(() => document.activeElement?.matches('input, textarea, select'))
      await page.unroute('**/api/v1/integrations?check=true')
      while (!page.url().endsWith('/review')) {
        const before = page.url()
        await next()
        await page.waitForURL(url => url.toString() !== before)
      }
    }
    await page.getByRole('button', { name: 'Create the integration' }).click()
    await page.waitForURL(/\/integrations\/int_/)
    id = new URL(page.url()).pathname.split('/').at(-1)
  })
  for (const colorScheme of schemes) {
    for (const [size, viewport] of Object.entries(sizes)) {
      await checks.run(`a reload forgets the secrets and says so, ${size}, ${colorScheme}`, async () => {
        const { context, page } = await open({ storageState, colorScheme, viewport })
        const draft = { credentials: { phone_number_id: '1' }, reached: 4, settings: {}, active: true, source: 'own' }
        await page.goto(`${app}/integrations/new`)
        await page.getByRole('heading', { name: 'What kind of channel?' }).waitFor()
        await page.evaluate(draft => {
          const now = JSON.parse(sessionStorage.getItem('chasqui.new_integration'))
          sessionStorage.setItem('chasqui.new_integration', JSON.stringify({ ...now, ...draft }))
        }, draft)
        await page.goto(`${app}/integrations/new/settings`)
        await page.waitForURL(/\/integrations\/new\/credentials$/)
        await page.getByText(/enter them again/i).waitFor()
        await shot(page, `wizard-reload-${size}-${colorScheme}`)
        expect(await severe(page)).toBe('')
        await context.close()
      })
    }
  }
  await context.close()
  return id
}

async function saysWhatIsSo({ checks, open, app, storageState, shot, id }) {
  const { context, page } = await open({ storageState })
  await checks.run('a number that was never connected is a warning, on its page and in the list', async () => {
    await page.goto(`${app}/integrations/${id}`)
    await page.getByText('The webhook is not connected: no message arrives.').first().waitFor()
    await page.getByRole('button', { name: 'Run the checks' }).click()
    await page.getByText('Meta delivers nowhere yet').first().waitFor()
    expect(await page.getByText('Meta delivers here').count()).toBe(0)
    await shot(page, 'not-connected')
    await page.goto(`${app}/integrations`)
    await page.getByRole('row').filter({ hasText: 'Bakery' }).getByText('Warning').waitFor()
  })

  await checks.run('a wrong verify token is seen on the live light, in Diagnose and in the log', async () => {
    await page.goto(`${app}/integrations/${id}`)
    await page.getByText("Waiting for Meta's request").first().waitFor()
    const query = 'hub.mode=subscribe&hub.verify_token=typed-by-hand&hub.challenge=1'
    const asked = await fetch(`${app}/webhooks/whatsapp/${id}?${query}`)
    expect(asked.status).toBe(403)
    await page.getByText(/^Verification requested at .* with another verify token$/).waitFor()
    await page.getByRole('button', { name: /^Run/ }).click()
    await page
      .getByText(/verification was asked for with another verify token/)
      .first()
      .waitFor()
    await shot(page, 'wrong-verify-token')
    expect(await severe(page)).toBe('')
    await page.goto(`${app}/integrations/${id}?tab=log`)
    await page
      .getByText(/another verify token/)
      .first()
      .waitFor()
    expect(await page.getByText('typed-by-hand').count()).toBe(0)
  })

  await checks.run('once it is connected all of them say so', async () => {
    await page.goto(`${app}/integrations/${id}`)
    await page.getByRole('button', { name: 'Connect with one click' }).click()
    await page.getByText('Meta delivers here').first().waitFor()
    await page.getByText(/^Asked at/).waitFor({ state: 'detached' })
    await page.goto(`${app}/integrations`)
    await page.getByRole('row').filter({ hasText: 'Bakery' }).getByText('OK', { exact: true }).waitFor()
    const headers = { 'sec-fetch-site': 'same-origin' }
    expect((await page.request.delete(`${app}/api/v1/integrations/${id}`, { headers })).status()).toBe(204)
  })
  await context.close()
}

async function sessionEnds({ checks, open, app, email, password, shot }) {
  const { context, page } = await open()
  const enter = async (who = email, words = password) => {
    await page.getByLabel('E-mail').last().fill(who)
    await page.getByLabel('Password', { exact: true }).last().fill(words)
    await page.getByRole('button', { name: 'Log in' }).last().click()
  }
  const headers = { 'sec-fetch-site': 'same-origin' }
  const end = async () => expect((await page.request.delete(`${app}/api/v1/session`, { headers })).ok()).toBe(true)
  const dialog = page.getByRole('dialog', { name: 'Your session has ended' })
  await page.goto(`${app}/login`)
  await enter()
  await page.getByRole('heading', { name: 'Integrations', level: 1 }).waitFor()

  await checks.run('a session that ends while a form is filled in loses nothing', async () => {
    await page.goto(`${app}/settings?tab=me`)
    const name = page.locator('[data-field="/name"]')
    await name.waitFor()
    const before = await name.inputValue()
    await name.fill('Mara of the mail')
    await end()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await dialog.waitFor()
    await dialog.getByText('Log in again; your changes are kept.').waitFor()
    await shot(page, 'session-ended')
    expect(await severe(page)).toBe('')
    expect(await page.getByLabel('E-mail').last().inputValue()).toBe(email)
    await enter(email, 'not the password')
    await dialog.getByRole('alert').waitFor()
    await enter()
    await dialog.waitFor({ state: 'detached' })
    // What was to be saved is saved, without another click.
    await page.getByText(/^Saved \d/).waitFor()
    await name.fill(before)
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await page.getByText(/^Saved \d/).waitFor()
  })

  await checks.run('it can be put off, and a page that only looks is told too', async () => {
    await page.goto(`${app}/bots`)
    await page.getByRole('heading', { name: 'Bots', level: 1 }).waitFor()
    await end()
    await page.getByRole('link', { name: 'Contacts', exact: true }).click()
    await dialog.waitFor()
    await page.keyboard.press('Escape')
    const strip = page.getByRole('alert').filter({ hasText: 'Your session has ended' })
    await strip.getByRole('button', { name: 'Log in' }).click()
    await dialog.waitFor()
    await enter()
    await page.getByRole('heading', { name: 'Contacts', level: 1 }).waitFor()
    await dialog.waitFor({ state: 'detached' })
    expect(await strip.count()).toBe(0)
  })

  await checks.run('the builder goes on saving after the log-in', async () => {
    const definition = { format: 1, name: 'Kept', start: 'a', nodes: [{ id: 'a', type: 'end', text: 'Bye.' }] }
    const made = await page.request.post(`${app}/api/v1/bots`, { data: { name: 'Kept', definition }, headers })
    const { id } = await made.json()
    await page.goto(`${app}/bots/${id}?node=a`)
    await shot(page, 'builder-session')
    await page.getByRole('textbox', { name: 'Label of the component' }).waitFor()
    await end()
    await page.getByRole('textbox', { name: 'Label of the component' }).fill('The end')
    await dialog.waitFor()
    await enter()
    await page.locator('[data-saving=saved]').waitFor()
    const draft = await (await page.request.get(`${app}/api/v1/bots/${id}/draft`)).json()
    expect(draft.definition.nodes[0].label).toBe('The end')
    await page.request.delete(`${app}/api/v1/bots/${id}`, { headers })
  })

  await checks.run('another person who logs in sees a page of their own', async () => {
    const other = `ben-${Date.now().toString(36)}@example.com`
    const invited = await page.request.post(`${app}/api/v1/invitations`, {
      data: { email: other, role: 'admin' },
      headers,
    })
    const { link } = await invited.json()
    const secret = new URL(link).hash.replace(/^#/, '') || new URL(link).searchParams.get('secret')
    const words = 'another long password'
    // Accepting logs in: from elsewhere.
    const accepted = await fetch(`${app}/api/v1/invitation/accept`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ secret, name: 'Ben', password: words }),
    })
    expect(accepted.ok).toBe(true)
    await page.goto(`${app}/settings?tab=me`)
    await page.locator('[data-field="/name"]').fill('Of Ana')
    await end()
    await page.getByRole('button', { name: 'Save', exact: true }).click()
    await dialog.waitFor()
    const loaded = page.waitForEvent('load')
    await enter(other, words)
    await loaded
    await page.locator('[data-field="/name"]').waitFor()
    expect(await page.locator('[data-field="/name"]').inputValue()).toBe('Ben')
  })
  await context.close()
}

async function keysStayKeys({ checks, open, app, storageState }) {
  const { context, page } = await open({ storageState })
  const headers = { 'sec-fetch-site': 'same-origin' }
  const definition = {
    format: 1,
    name: 'Keys',
    start: 'ask',
    nodes: [{ id: 'ask', type: 'question_text', text: 'Who?', save_as: 'who' }],
    variables: { who: 'text' },
  }
  const made = await page.request.post(`${app}/api/v1/bots`, { data: { name: 'Keys', definition }, headers })
  const { id } = await made.json()

  await checks.run('letters that are meant for a form are no commands', async () => {
    await page.goto(`${app}/bots/${id}?node=ask`)
    await page.getByRole('textbox', { name: 'Message', exact: true }).click()
    await page.keyboard.type('Mar')
    // Pressed beside a field.
    await page.locator('[data-panel=inspector] header').click({ position: { x: 4, y: 4 } })
    await page.keyboard.type('tttt')
    expect(await page.locator('[data-panel=test]').count()).toBe(0)
    // The field goes away under the hand.
    await page.getByRole('textbox', { name: 'Message', exact: true }).click()
    await page.keyboard.type('x')
    await page.evaluate(() => document.activeElement.closest('[data-field]').remove())
    await page.waitForTimeout(1700)
    await page.keyboard.type('tttt')
    expect(await page.locator('[data-panel=test]').count()).toBe(0)
  })

  await checks.run(
    'Escape leads from a field to its node, which stays chosen; what is added next is joined',
    async () => {
      await page.goto(`${app}/bots/${id}?node=ask`)
      await page.getByRole('textbox', { name: 'Message', exact: true }).click()
      await page.keyboard.press('Escape')
      await page.waitForFunction(() => document.activeElement?.closest('.react-flow__node')?.dataset.id === 'ask')
      await page.locator('[data-panel=inspector]').waitFor()
      for (const kind of ['buttons', 'end']) {
        await page.keyboard.press('/')
        await page.getByRole('combobox', { name: 'Add a component' }).waitFor()
        await page.keyboard.type(kind)
        await page.keyboard.press('Enter')
        await page.waitForFunction(() => document.activeElement?.closest('[data-panel=inspector]'))
        await page.keyboard.press('Escape')
        await page.waitForFunction(() => document.activeElement?.closest('.react-flow__node'))
      }
      expect(await page.locator('.react-flow__edge').count()).toBe(2)
      const boxes = await page
        .locator('.react-flow__node')
        .evaluateAll(all => all.map(one => one.getBoundingClientRect().toJSON()))
      for (const [at, a] of boxes.entries()) {
        for (const b of boxes.slice(at + 1)) {
          const apart = a.right <= b.left || b.right <= a.left || a.bottom <= b.top || b.bottom <= a.top
          expect(apart).toBe(true)
        }
      }
    },
  )

  await checks.run('the form of no component scrolls sideways', async () => {
    const add = page.getByRole('button', { name: /^Add: / })
    const kinds = await add.count()
    expect(kinds >= 15).toBe(true)
    for (let at = 0; at < kinds; at += 1) {
      await add.nth(at).click()
      await page.locator('[data-panel=inspector]').waitFor()
      await page.waitForTimeout(150)
      expect(await stray(page)).toBe('')
    }
  })

  await checks.run('starting a test again leads to its field', async () => {
    await page.getByRole('button', { name: /^Test/ }).first().click()
    const panel = page.locator('[data-panel=test]')
    await panel.waitFor()
    await panel.getByRole('button', { name: 'Start again' }).first().click()
    await page.waitForFunction(
      () => document.activeElement?.closest('[data-panel=test]') && document.activeElement.tagName === 'TEXTAREA',
    )
  })

  await checks.run('single keys can be switched off', async () => {
    await page.goto(`${app}/settings?tab=me`)
    const toggle = page.getByRole('switch', { name: 'Single-key shortcuts' })
    const free = () => page.evaluate(() => document.activeElement.blur())
    await toggle.click({ force: true })
    await free()
    await page.keyboard.type('gb')
    await page.waitForTimeout(500)
    expect(new URL(page.url()).pathname).toBe('/settings')
    await toggle.click({ force: true })
    await free()
    await page.keyboard.type('gb')
    await page.getByRole('heading', { name: 'Bots', level: 1 }).waitFor()
  })
  await page.request.delete(`${app}/api/v1/bots/${id}`, { headers })
  await context.close()
}
