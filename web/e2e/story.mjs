// The story of a new user: from an empty installation to a number that answers, through a token that breaks, to the end of
// the integration. Everything is real but Meta, whose place the simulator takes.
import { expect, severe } from './checks.mjs'
import { tabTo } from './keyboard.mjs'
import { mailServer } from './mail.mjs'
import { installation } from './servers.mjs'

const alerts = 'ops@alpaca-oak.example'
const business = {
  app_id: '481520077310942',
  app_secret: '5b1f0c8e2a7d4936b0e1c2d3f4a59687',
  business_account_id: '108833512907744',
  numbers: [
    {
      id: '106540352240014',
      display_phone_number: '+49 30 23125 014',
      verified_name: 'Alpaca & Oak',
      quality_rating: 'GREEN',
      throughput: 'STANDARD',
    },
  ],
}
const token = (name, expires_in) => ({ token: name, type: 'SYSTEM_USER', expires_in })

export async function newUser({ checks, open, binary, schemes, sizes, shot }) {
  const mail = await mailServer()
  const place = await installation(binary, mail.url)
  const { context, page } = await open()
  const { context: phoneContext, page: phone } = await open()
  try {
    await told({ checks, open, schemes, sizes, shot, mail, place, page, phone })
  } finally {
    await context.close()
    await phoneContext.close()
    await place.stop()
    mail.stop()
  }
}

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one story, told in order.
async function told({ checks, open, schemes, sizes, shot, mail, place, page, phone }) {
  const { app } = place
  const control = async (path, body) => {
    const response = await fetch(`${place.simulator}/_sim${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  }
  const heading = (name, level = 1) => page.getByRole('heading', { name, level }).waitFor()
  // A story has an order: what comes after a step that failed would only fail in its wake.
  let broken = false
  const run = (name, check) =>
    checks.run(`a new user: ${name}`, async () => {
      if (broken) throw new Error('not reached')
      broken = true
      await check().catch(async error => {
        await shot(page, 'broken')
        throw error
      })
      broken = false
    })
  await control('/businesses', { ...business, tokens: [token('EAAfirst')] })

  for (const colorScheme of schemes) {
    await run(`the set-up page, ${colorScheme}: axe finds nothing serious`, async () => {
      const { context, page: fresh } = await open({ colorScheme, viewport: sizes[390] })
      await fresh.goto(`${app}/setup`)
      await fresh.getByLabel('Set-up code').waitFor()
      expect(await severe(fresh)).toBe('')
      expect(await fresh.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
      await context.close()
    })
  }

  await run('an empty installation leads to its set-up, which refuses a wrong code', async () => {
    await page.goto(app)
    await heading('Set up Chasqui')
    await page.getByLabel('Name of the account').fill('Alpaca & Oak')
    await page.getByLabel('Your name').fill('Mara Reyes')
    await page.getByLabel('E-mail').fill('mara@alpaca-oak.example')
    await page.getByLabel('Password', { exact: true }).fill('khipu and llama')
    await page.getByLabel('Set-up code').fill('not the code')
    await page.getByRole('button', { name: 'Begin' }).click()
    await page.getByText(/code/i).nth(1).waitFor()
    expect(await page.getByLabel('Your name').inputValue()).toBe('Mara Reyes')
    await page.getByLabel('Set-up code').fill(place.code)
    await page.getByRole('button', { name: 'Begin' }).click()
    await heading('Start with a bot')
  })

  await run('a starter bot is taken, published and ready', async () => {
    await shot(page, 'welcome')
    expect(await severe(page)).toBe('')
    await page.getByRole('button', { name: /^Menu/ }).click()
    await heading('Menu is ready')
    await page.getByRole('link', { name: 'Connect a number' }).click()
    await heading('New integration')
  })

  await run('the wizard is gone through with the keyboard alone', async () => {
    const next = async () => {
      await tabTo(page, /^Next$/)
      await page.keyboard.press('Enter')
    }
    await heading('What kind of channel?', 2)
    await next()
    await heading('What should it be called?', 2)
    // The first field of a step has the focus.
    await page.waitForFunction(() => document.activeElement?.getAttribute('data-field') === '/name')
    await page.keyboard.type('Main support line')
    await next()
    await heading('Which bot answers?', 2)
    await next()
    await page.getByText('Choose the bot that answers.').first().waitFor()
    await page.waitForFunction(() => document.activeElement?.type === 'radio')
    expect(await page.evaluate(() => document.activeElement.type)).toBe('radio')
    await page.keyboard.press('Space')
    await next()
    await heading('Which number?', 2)
    await tabTo(page, /^Business account ID/)
    await page.keyboard.type('10883 not digits')
    await page.keyboard.press('Tab')
    await page.locator('[id$="-error"]').getByText('Digits only.').waitFor()
    await page.keyboard.press('Shift+Tab')
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type(business.business_account_id)
    await tabTo(page, /^Phone number ID/)
    await page.keyboard.type(business.numbers[0].id)
    await tabTo(page, /^App ID/)
    await page.keyboard.type(business.app_id)
    await tabTo(page, /^App secret/)
    await page.keyboard.type('f'.repeat(32))
    await tabTo(page, /^Access token/)
    await page.keyboard.type('EAAfirst')
    await tabTo(page, /^Generate$/)
    await page.keyboard.press('Enter')
    await next()
  })

  await run('a wrong app secret is refused beside its field, and nothing typed is lost', async () => {
    const next = async () => {
      await tabTo(page, /^Next$/)
      await page.keyboard.press('Enter')
    }
    await heading('Which number?', 2)
    await page.getByText('Meta does not accept this app secret').first().waitFor()
    expect(await page.locator('[data-field="/credentials/phone_number_id"]').inputValue()).toBe(business.numbers[0].id)
    // The hand is in the field already.
    await page.waitForFunction(() => document.activeElement?.closest('[data-field="/credentials/app_secret"]'))
    await page.keyboard.press('ControlOrMeta+a')
    await page.keyboard.type(business.app_secret)
    await next()
    await heading('How should it behave?', 2)
    await tabTo(page, /^Send e-mails when something fails/)
    await page.keyboard.press('Space')
    await tabTo(page, /^Addresses/)
    await page.keyboard.type(alerts)
    await next()
    await heading('Is everything correct?', 2)
    await tabTo(page, /^Create the integration$/)
    await page.keyboard.press('Enter')
    await heading(/^Main support line/)
  })

  await run('the webhook is connected with one click, and the light waits for the first message', async () => {
    await page.getByText("Waiting for Meta's request").first().waitFor()
    await page.getByRole('button', { name: 'Connect with one click' }).click()
    await page.getByRole('listitem').filter({ hasText: 'This number Connected' }).waitFor()
    await page.getByText('Write anything to +49 30 23125 014').first().waitFor()
    await shot(page, 'webhook')
  })

  const own = phone.getByRole('article', { name: 'Phone of Jonas' })
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
  await run('the bot answers on the phone, and the light turns green by itself', async () => {
    await phone.goto(`${place.simulator}/phone`)
    await phone.getByRole('button', { name: 'Add a phone' }).first().click()
    await phone.getByRole('textbox', { name: 'Name' }).fill('Jonas')
    await phone.getByRole('dialog').getByRole('button', { name: 'Add a phone' }).click()
    await write('hi')
    await says('What is your name?')
    await page.getByText('This light blinks with every delivery.').waitFor()
  })

  await run('the conversation is there to be read', async () => {
    await page.keyboard.press('Escape')
    await page.locator('body').press('g')
    await page.locator('body').press('c')
    await page.getByRole('link', { name: /Jonas/ }).click()
    await page.getByRole('log', { name: 'Transcript' }).getByText('What is your name?', { exact: true }).waitFor()
  })

  await run('a person takes over, writes, and hands back', async () => {
    await page.getByRole('button', { name: 'Take over' }).click()
    await page.getByRole('textbox', { name: 'Write a message' }).fill('Hello Jonas, Mara here.')
    await page.keyboard.press('Enter')
    await says('Hello Jonas, Mara here.')
    await page.getByRole('button', { name: 'Attach a file' }).click()
    const chosen = { name: 'prices.txt', mimeType: 'text/plain', buffer: Buffer.from('Soup 4.50') }
    await page.getByRole('dialog').locator('input[type=file]').setInputFiles(chosen)
    await page.getByText('prices.txt').first().waitFor()
    await page.getByRole('textbox', { name: 'Write a message' }).fill('Our prices')
    await shot(page, 'attached')
    await page.keyboard.press('Enter')
    await says('Our prices')
    await page.getByRole('button', { name: 'Hand back' }).click()
    await page.getByRole('button', { name: 'Take over' }).waitFor()
  })

  await run('Meta refuses the token: the number fails, the reply is held, and a mail says so', async () => {
    await page.goto(`${app}/integrations`)
    await control('/businesses', { ...business, tokens: [token('EAAfirst', 0), token('EAAsecond')] })
    await write('restart')
    await page.getByRole('row').filter({ hasText: 'Failing' }).first().waitFor()
    const told = await mail.next(({ to, text }) => to.includes(alerts) && /token/i.test(text))
    expect(told.text).toContain('Main support line')
    expect(told.text.includes('EAAfirst')).toBe(false)
    await shot(page, 'failing')
    expect(await severe(page)).toBe('')
  })

  await run('a new token is entered where the failure is told, and the held reply goes out', async () => {
    await page.getByRole('link', { name: 'Enter new token' }).click()
    const field = page.getByRole('textbox', { name: 'New access token' }).or(page.getByLabel('New access token'))
    await field.first().fill('EAAwrong')
    await page.getByRole('button', { name: 'Check and save' }).first().click()
    await page.locator('.mantine-InputWrapper-error').first().waitFor()
    await field.first().fill('EAAsecond')
    await page.getByRole('button', { name: 'Check and save' }).first().click()
    await page.getByText('Meta refuses the access token').first().waitFor({ state: 'detached' })
    await says('What is your name?', 2)
    await mail.next(({ to, subject, text }) => to.includes(alerts) && /again|over|recover/i.test(subject + text))
  })

  await run('switched off it answers nobody, and counts what it ignores', async () => {
    const active = page.getByRole('switch', { name: 'Active' })
    // The input lies under its track.
    await active.click({ force: true })
    await page.getByText('Inactive').first().waitFor()
    await write('anybody there?')
    await page.getByText('Counted, not answered').waitFor()
    await page.getByText(/^1 message in 24 h$/).waitFor()
    await active.click({ force: true })
    await page.getByText('Signature checked, stored').waitFor()
  })

  await run('the bot is changed, with a choice for open conversations; leaving unsaved asks first', async () => {
    const other = {
      format: 1,
      name: 'Order tracking',
      start: 'ask',
      nodes: [
        { id: 'ask', type: 'question_text', text: 'Which order is it?', save_as: 'order', ports: { next: 'bye' } },
        { id: 'bye', type: 'end', text: 'Thank you.' },
      ],
      variables: { order: 'text' },
    }
    const headers = { 'sec-fetch-site': 'same-origin' }
    const made = await page.request.post(`${app}/api/v1/bots`, { data: { definition: other }, headers })
    const { id } = await made.json()
    expect((await page.request.post(`${app}/api/v1/bots/${id}/publish`, { data: {}, headers })).status()).toBe(200)
    await page.getByRole('link', { name: 'Settings' }).last().click()
    await page.getByRole('button', { name: 'Choose another bot' }).click()
    await page.getByRole('radio', { name: /Order tracking/ }).check()
    await page.getByRole('radio', { name: /They end with a polite message/ }).check()
    await page.getByRole('link', { name: 'Bots' }).first().click()
    await page.getByRole('dialog', { name: 'Leave without saving?' }).getByRole('button', { name: 'Cancel' }).click()
    await page.getByRole('textbox', { name: /^Name/ }).press('ControlOrMeta+s')
    await page.getByText(/^Saved \d/).waitFor()
    await write('hello again')
    await says('Which order is it?')
  })

  await run('the audit log says in words who did what', async () => {
    await page.getByRole('link', { name: 'Audit log' }).click()
    for (const deed of ['Integration changed', 'Integration switched off', 'Webhook connected', 'Integration created'])
      await page.getByText(deed, { exact: true }).first().waitFor()
  })

  await run('German is one click away, and stays', async () => {
    await page.goto(`${app}/integrations`)
    await page
      .getByRole('button', { name: 'Language' })
      .or(page.getByRole('button', { name: 'English' }))
      .first()
      .click()
    await page.getByRole('menuitem', { name: 'Deutsch' }).click()
    await heading('Integrationen')
    await page.reload()
    await heading('Integrationen')
    await page
      .getByRole('button', { name: /Sprache|Deutsch/ })
      .first()
      .click()
    await page.getByRole('menuitem', { name: 'English' }).click()
    await heading('Integrations')
  })

  await run('deleting asks for the name, and then it is gone', async () => {
    await page.getByRole('link', { name: 'Main support line' }).click()
    await heading(/^Main support line/)
    await page.getByRole('link', { name: 'Settings' }).last().click()
    await page.getByRole('button', { name: 'Delete …' }).click()
    const dialog = page.getByRole('dialog', { name: 'Delete Main support line?' })
    const confirm = dialog.getByRole('button', { name: 'Delete' })
    await dialog.getByRole('textbox').fill('Main support')
    expect(await confirm.isDisabled()).toBe(true)
    await dialog.getByRole('textbox').fill('Main support line')
    await confirm.click()
    await page.getByRole('heading', { name: 'No integrations yet' }).waitFor()
  })

  await run('the first page loads less than 250 kB of scripts and styles', async () => {
    const { context, page: fresh } = await open({ storageState: await page.context().storageState() })
    const loaded = []
    fresh.on('response', response => {
      if (/\.(js|css)$/.test(new URL(response.url()).pathname)) loaded.push(response.request().sizes())
    })
    const begun = Date.now()
    await fresh.goto(`${app}/integrations`)
    await fresh.getByRole('heading', { name: 'Integrations', level: 1 }).waitFor()
    const took = Date.now() - begun
    await fresh.waitForTimeout(500)
    const bytes = (await Promise.all(loaded)).reduce((sum, size) => sum + size.responseBodySize, 0)
    console.log(`      ${(bytes / 1000).toFixed(0)} kB in ${took} ms`)
    await context.close()
    expect(bytes > 50_000 && bytes < 250_000).toBe(true)
  })
}
