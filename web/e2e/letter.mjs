// The text of an e-mail: written as it looks, with variables, and as HTML.
import { expect, severe } from './checks.mjs'

const letters = {
  format: 1,
  name: 'Letter',
  start: 'ask',
  variables: { order: 'text' },
  nodes: [
    { id: 'ask', type: 'question_text', text: 'Which order?', save_as: 'order', ports: { next: 'mail' } },
    {
      id: 'mail',
      type: 'email',
      to: ['ana@example.com'],
      subject: 'Your order',
      html: 'Hello {contact.name},\nyour <b>order</b> {order} and {nothing}.',
      ports: { next: 'end' },
    },
    { id: 'end', type: 'end', text: 'Done.' },
  ],
  layout: { ask: [0, 0], mail: [280, 0], end: [560, 0] },
}

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one story, told in order.
export async function writeLetter({ checks, open, app, storageState, shot, sizes, schemes }) {
  const { context, page } = await open({ storageState })
  const headers = { 'sec-fetch-site': 'same-origin' }
  const made = await page.request.post(`${app}/api/v1/bots`, { data: { definition: letters }, headers })
  const { id } = await made.json()
  const address = `${app}/bots/${id}?node=mail`
  const text = page.getByRole('textbox', { name: 'Text', exact: true })
  const field = page.locator('[data-field=html]')
  const tools = field.getByRole('toolbar', { name: 'Formatting' })
  const stored = async () => {
    await page.waitForTimeout(800)
    await page.locator('[data-saving=saved]').waitFor()
    const draft = await (await page.request.get(`${app}/api/v1/bots/${id}/draft`)).json()
    return draft.definition.nodes.find(node => node.id === 'mail').html
  }

  /** The browser moves the caret and tells the editor afterwards. A hand is never so fast that the next key comes between. */
  const moved = async key => {
    await page.keyboard.press(key)
    await page.evaluate(() => new Promise(done => requestAnimationFrame(() => setTimeout(done, 100))))
  }

  await checks.run('the text of a mail is shown as it looks, its variables as chips', async () => {
    await page.goto(address)
    await text.waitFor()
    await text.locator('strong').getByText('order').waitFor()
    const chips = text.locator('[data-variable]')
    expect((await chips.allInnerTexts()).join(' ')).toBe('{contact.name} {order} {nothing}')
    const looks = await chips.evaluateAll(all => all.map(one => getComputedStyle(one).backgroundColor))
    expect(looks[0] === looks[1] && looks[1] !== looks[2]).toBe(true)
    // Nothing was changed by looking.
    expect(await stored()).toBe(letters.nodes[1].html)
  })

  await checks.run('it is written with the keyboard: bold, a list, a heading, a variable, a link', async () => {
    await text.click()
    await moved('ControlOrMeta+End')
    await page.keyboard.press('Enter')
    await page.keyboard.press('ControlOrMeta+b')
    await page.keyboard.type('See')
    await page.keyboard.press('ControlOrMeta+b')
    await page.keyboard.type(' you, {con')
    await page.getByRole('option', { name: /^contact\.name/ }).waitFor()
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowUp')
    await page.keyboard.press('Enter')
    await page.keyboard.type('. {today}')
    await page.keyboard.press('Enter')
    await tools.getByRole('button', { name: 'List', exact: true }).click()
    await page.keyboard.type('one')
    await page.keyboard.press('Enter')
    await page.keyboard.type('two')
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await tools.getByLabel('Paragraph style').selectOption('2')
    await page.keyboard.type('More ')
    await tools.getByRole('button', { name: 'Link' }).click()
    await page.getByRole('textbox', { name: 'Link address' }).fill('shop.example/{order}')
    await page.keyboard.press('Enter')
    expect(await stored()).toBe(
      [
        '<p>Hello {contact.name},<br>your <strong>order</strong> {order} and {nothing}.</p>',
        '<p><strong>See</strong> you, {contact.name}. {today}</p>',
        '<ul>',
        '<li>one</li>',
        '<li>two</li>',
        '</ul>',
        '<h2>More <a href="https://shop.example/{order}">shop.example/{order}</a></h2>',
      ].join('\n'),
    )
  })

  await checks.run('what was written survives a reload, and undo takes it back', async () => {
    const before = await stored()
    await page.reload()
    await text.getByRole('heading', { name: 'More' }).waitFor()
    expect(await stored()).toBe(before)
    await text.click()
    await moved('ControlOrMeta+Home')
    await page.keyboard.type('X')
    expect((await stored()).startsWith('<p>XHello')).toBe(true)
    await page.keyboard.press('ControlOrMeta+z')
    expect(await stored()).toBe(before)
  })

  for (const colorScheme of schemes) {
    for (const [size, viewport] of Object.entries(sizes)) {
      await checks.run(`the text of a mail, ${size}, ${colorScheme}: axe finds nothing serious`, async () => {
        const { context, page: tab } = await open({ storageState, colorScheme, viewport })
        await tab.goto(address)
        const text = tab.getByRole('textbox', { name: 'Text', exact: true })
        if (size === '390') {
          // The bar is there before the bot is; the form opens for a component that is chosen.
          await tab.locator('.react-flow__node.selected').waitFor()
          await tab.getByRole('button', { name: 'E-mail', exact: true }).click()
        }
        await text.waitFor()
        await text.scrollIntoViewIfNeeded()
        await tab.waitForTimeout(300)
        await shot(tab, `letter-${size}-${colorScheme}`)
        expect(await severe(tab)).toBe('')
        expect(await tab.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true)
        await context.close()
      })
    }
  }

  await checks.run('it can be read and written as HTML; what the editor cannot show stays HTML', async () => {
    await tools.getByRole('button', { name: 'HTML' }).click()
    const source = field.getByRole('textbox', { name: 'Text' })
    expect((await source.inputValue()).startsWith('<p>Hello {contact.name},<br>')).toBe(true)
    await source.fill('<p>Hello <u>{order}</u></p>')
    await field.getByRole('button', { name: 'Formatted' }).click()
    await text.locator('u [data-variable]').waitFor()
    await tools.getByRole('button', { name: 'HTML' }).click()
    const table = '<table><tr><td>{order}</td></tr></table>'
    await source.fill(table)
    await field.getByText('It contains HTML that you can only edit as HTML: table').waitFor()
    expect(await field.getByRole('button', { name: 'Formatted' }).count()).toBe(0)
    expect(await stored()).toBe(table)
    await page.reload()
    await source.waitFor()
    expect(await source.inputValue()).toBe(table)
  })

  await checks.run('German has words for the text of a mail', async () => {
    const { context, page: german } = await open({ locale: 'de-DE', storageState })
    const other = await page.request.post(`${app}/api/v1/bots`, { data: { definition: letters }, headers })
    await german.goto(`${app}/bots/${(await other.json()).id}?node=mail`)
    await german.getByRole('toolbar', { name: 'Wie der Text aussieht' }).waitFor()
    await german.getByRole('button', { name: 'Nummerierte Liste' }).waitFor()
    await context.close()
  })
  await context.close()
}
