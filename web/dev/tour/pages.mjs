// Every page of the tour, with what is done on it before its picture is taken.

const answers =
  (path, body, status = 200) =>
  page =>
    page.route(path, route => route.fulfill({ status, contentType: 'application/json', body: JSON.stringify(body) }))
const click = name => page => page.getByRole('button', { name }).first().click()
const scroll = top => page => page.locator('#main').evaluate((main, top) => main.scrollTo(0, top), top)

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one walk, told in order.
export async function pages({ phone, client }) {
  const { items: numbers } = await client.get('/api/v1/integrations')
  const id = name => numbers.find(one => one.name === name)?.id
  const [failing, warned, well, off, lent] = [
    'Hamburg showroom',
    'Order updates',
    'Main support line',
    'Spring survey',
    'London store',
  ].map(id)
  const { items: open } = await client.get('/api/v1/conversations?status=open&limit=100')
  const { items: people } = await client.get('/api/v1/conversations?status=with_people')
  const of = name => [...open, ...people].find(one => one.contact.name === name && one.integration.id !== failing)
  const jonas = of('Jonas Weber')
  const nadia = people.find(one => one.contact.name === 'Nadia Diallo')
  const petr = of('Petr Kolář')
  const closed = page =>
    page.route(`**/api/v1/conversations/${nadia.id}`, async route => {
      const one = await (await route.fetch()).json()
      await route.fulfill({ json: { ...one, window_closes_at: new Date(Date.now() - 3_600_000).toISOString() } })
    })
  const wizard = steps => async page => {
    await page.getByRole('button', { name: /Next|Weiter/ }).click()
    for (const step of steps) await step(page)
  }
  const next = page => page.getByRole('button', { name: /Next|Weiter/ }).click()
  const named = page => page.getByRole('textbox').first().fill('Leeds pop-up')
  const chosen = page => page.getByRole('radio').first().check()
  const entered = async page => {
    const values = [
      '108833512907744',
      '106540352240999',
      '481520077310942',
      'a'.repeat(32),
      'EAAtoken',
      'a-long-random-string-9',
    ]
    const fields = page.locator('[data-field^="/credentials/"]')
    for (const [index, value] of values.entries()) {
      const field = fields.nth(index)
      const input = (await field.evaluate(it => it.tagName)) === 'INPUT' ? field : field.locator('input')
      await input.fill(value)
    }
  }
  const wizards = [
    [],
    [named, next],
    [named, next, chosen, next],
    [named, next, chosen, next, entered, next],
    [named, next, chosen, next, entered, next, next],
  ]
  const tab = (one, name) => `/integrations/${one}?tab=${name}`
  return [
    { name: 'setup', url: '/setup', out: true, before: answers('**/api/v1/setup', { needed: true }) },
    { name: 'login', url: '/login', out: true },
    {
      name: 'login-wrong',
      url: '/login',
      out: true,
      steps: async page => {
        await page.locator('[name=email]').fill('mara@alpaca-oak.example')
        await page.locator('[name=password]').fill('not this one')
        await page.keyboard.press('Enter')
        await page.getByRole('alert').waitFor()
      },
    },
    { name: 'reset', url: '/reset', out: true },
    { name: 'reset-choose', url: '/reset#secret', out: true },
    {
      name: 'invitation',
      url: '/invitation#secret',
      out: true,
      before: answers('**/api/v1/invitation/look', {
        account: 'Alpaca & Oak',
        email: 'jo@alpaca-oak.example',
        role: 'builder',
        known: false,
      }),
    },
    { name: 'integrations', url: '/integrations' },
    {
      name: 'integrations-empty',
      url: '/integrations',
      before: answers('**/api/v1/integrations?*', { items: [], next: null }),
    },
    { name: 'integrations-nothing', url: '/integrations?q=nobody&status=failing' },
    {
      name: 'integrations-error',
      url: '/integrations',
      before: answers(
        '**/api/v1/integrations?*',
        { title: 'Service Unavailable', status: 503, detail: 'The store does not answer.' },
        503,
      ),
    },
    { name: 'keys', url: '/integrations', steps: page => page.keyboard.press('?') },
    { name: 'wizard-1-type', url: '/integrations/new' },
    ...['name', 'bot', 'credentials', 'settings', 'review'].map((step, index) => ({
      name: `wizard-${index + 2}-${step}`,
      url: '/integrations/new',
      steps: wizard(wizards[index]),
    })),
    {
      name: 'wizard-wrong',
      url: '/integrations/new',
      steps: async page => {
        await wizard(wizards[2])(page)
        for (const field of await page.getByRole('textbox').all()) {
          await field.fill('12 ab')
          await field.blur()
        }
      },
    },
    {
      name: 'integration',
      url: `/integrations/${failing}`,
      steps: async page => {
        await page
          .getByRole('button', { name: /Run|Prüfungen|Erneut/ })
          .first()
          .click()
        await page.waitForTimeout(1500)
      },
    },
    {
      name: 'integration-foot',
      url: `/integrations/${failing}`,
      steps: async page => {
        await page
          .getByRole('button', { name: /Run|Prüfungen|Erneut/ })
          .first()
          .click()
        await page.waitForTimeout(1500)
        await scroll(700)(page)
      },
    },
    { name: 'integration-ok', url: `/integrations/${well}` },
    { name: 'integration-inactive', url: `/integrations/${off}` },
    { name: 'integration-managed', url: tab(lent, 'credentials') },
    { name: 'credentials', url: tab(warned, 'credentials') },
    {
      name: 'credentials-replace',
      url: tab(warned, 'credentials'),
      steps: async page => {
        await page
          .getByRole('button', { name: /Replace|Ersetzen/ })
          .nth(1)
          .click()
        await page.keyboard.type('EAAnew')
      },
    },
    {
      name: 'credentials-checked',
      url: tab(warned, 'credentials'),
      steps: async page => {
        await click(/Check credentials|Zugangsdaten prüfen/)(page)
        await page.waitForTimeout(800)
      },
    },
    {
      name: 'delete',
      url: tab(warned, 'settings'),
      steps: async page => {
        await page.getByRole('button', { name: /^(Delete|Löschen) …/ }).click()
        await page.getByRole('dialog').waitFor()
      },
    },
    { name: 'settings-tab', url: tab(warned, 'settings') },
    { name: 'settings-tab-2', url: tab(warned, 'settings'), steps: scroll(760) },
    { name: 'templates', url: tab(well, 'templates') },
    { name: 'log', url: tab(failing, 'log') },
    { name: 'audit', url: tab(failing, 'audit') },
    { name: 'bots', url: '/bots' },
    { name: 'conversations', url: '/conversations' },
    { name: 'conversation', url: `/conversations/${jonas.id}` },
    { name: 'conversation-trace', url: `/conversations/${jonas.id}?turn=3` },
    { name: 'conversation-failed', url: `/conversations/${petr.id}` },
    { name: 'conversation-person', url: `/conversations/${nadia.id}` },
    { name: 'conversation-closed', url: `/conversations/${nadia.id}`, before: closed },
    { name: 'contacts', url: '/contacts' },
    { name: 'contact', url: `/contacts/${jonas.contact.id}` },
    { name: 'events', url: '/events' },
    { name: 'events-log', url: '/events', steps: scroll(900) },
    { name: 'account', url: '/settings' },
    { name: 'people', url: '/settings?tab=people' },
    { name: 'tokens', url: '/settings?tab=tokens' },
    { name: 'audit-account', url: '/settings?tab=audit' },
    { name: 'you', url: '/settings?tab=me' },
    { name: 'installation', url: '/installation' },
    {
      name: 'more',
      url: '/bots',
      steps: async (page, size) => {
        if (size === '390') await page.getByRole('button', { name: /^(More|Mehr)$/ }).click()
      },
    },
    { name: 'not-found', url: '/nowhere' },
    { name: 'welcome', url: '/welcome' },
    {
      name: 'row-menu',
      url: '/integrations',
      steps: page => page.getByRole('button', { name: /Actions for Order|Aktionen für Order/ }).click(),
    },
    {
      name: 'unsaved',
      url: tab(warned, 'settings'),
      steps: async page => {
        await page.getByRole('textbox').first().fill('Order news')
        await page.getByRole('link', { name: 'Bots' }).first().click()
        await page.getByRole('dialog').waitFor()
      },
    },
    { name: 'phone', url: phone },
  ]
}
