// A person builds, tests and publishes the three-step menu bot with mouse and keyboard, and never sees JSON. Then what a
// person does who changes their mind: undo after a reload, copy to another tab, two tabs at once.
import { expect } from './checks.mjs'

/** Runs the checks of the builder. Answers the address of the bot that was built. */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one story, told in order.
export async function buildBot({ checks, open, app, storageState }) {
  const { context, page } = await open({ storageState })
  const began = Date.now()
  const name = `Desk ${Date.now().toString(36)}`
  const message = () => page.getByRole('textbox', { name: 'Message', exact: true })
  const saved = () => page.locator('[data-saving=saved]').waitFor()

  await checks.run('a blank bot is made, and named', async () => {
    await page.goto(`${app}/bots`)
    await page.getByRole('button', { name: 'New bot', exact: true }).click()
    await page.getByRole('button', { name: /^Blank bot/ }).click()
    await page.getByRole('heading', { name: 'Nothing here yet' }).waitFor()
    await page.getByRole('textbox', { name: 'Name of the bot' }).fill(name)
    await page.keyboard.press('Enter')
  })

  await checks.run('the first component is chosen with the keyboard and written', async () => {
    await page.getByRole('button', { name: 'Add the first component' }).click()
    await page.keyboard.type('text question')
    await page.keyboard.press('Enter')
    await message().waitFor()
    await expectFocus(page, 'textarea')
    await page.keyboard.type('What is your name?')
    await page.getByLabel('Save the answer as').fill('name')
    await page.getByRole('textbox', { name: 'Label of the component' }).fill('Ask the name')
  })

  await checks.run('an open connection that is dropped on the canvas asks what comes next', async () => {
    const from = await middle(page.locator('[data-node=ask] [data-port=next]'))
    await page.mouse.move(from.x, from.y)
    await page.mouse.down()
    await page.mouse.move(from.x + 60, from.y + 10, { steps: 4 })
    await page.mouse.move(from.x + 130, from.y + 20, { steps: 4 })
    await page.mouse.up()
    await page.getByRole('combobox', { name: 'What comes next?' }).waitFor()
    await page.keyboard.type('buttons')
    await page.keyboard.press('Enter')
    await message().waitFor()
    expect(await page.locator('.react-flow__edge').count()).toBe(1)
  })

  await checks.run('a variable is chosen while typing, and shown as a chip', async () => {
    await message().click()
    await page.keyboard.type('Hello {na')
    await page.getByRole('option', { name: /^name/ }).first().waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.type(', how can we help?')
    expect(await message().inputValue()).toBe('Hello {name}, how can we help?')
    expect(await page.locator('[data-field=text] mark').innerText()).toBe('{name}')
  })

  await checks.run('buttons are written one after the other', async () => {
    await page.getByRole('textbox', { name: 'Label 1' }).click()
    await page.keyboard.type('Opening hours')
    await page.keyboard.press('Enter')
    await page.keyboard.type('My order')
    await page.keyboard.press('Enter')
    await page.keyboard.type('A person')
    await page.getByText('3 of 3').waitFor()
    await page.getByText('13 of 20').first().waitFor()
    await page.getByLabel('Save the answer as').fill('choice')
    await page.getByRole('textbox', { name: 'Label of the component' }).fill('Menu')
  })

  await checks.run('loose ends are shown while drawing, and the problem list leads to them', async () => {
    await page.getByText('My order, not connected').waitFor()
    await page.getByText('Menu: connect “Opening hours”.').waitFor()
    await page.locator('.react-flow__pane').click({ position: { x: 620, y: 30 } })
    await page.getByRole('button', { name: 'Show', exact: true }).click()
    await page.getByRole('complementary', { name: 'Menu' }).waitFor()
    await expectFocus(page, 'select')
  })

  await checks.run('a click in the palette puts a component behind what is chosen', async () => {
    await page.getByRole('button', { name: 'Add: End' }).click()
    await page.getByRole('textbox', { name: 'Last message' }).waitFor()
    await page.getByRole('textbox', { name: 'Last message' }).fill('You chose {choice}.')
    expect(await page.locator('.react-flow__edge').count()).toBe(2)
  })

  await checks.run('edges are drawn with the mouse, and by name', async () => {
    const port = page.locator('[data-node=menu] [data-port="option:option_2"]')
    await port.scrollIntoViewIfNeeded()
    const from = await middle(port)
    const to = await middle(page.locator('[data-node=end] header'))
    await page.mouse.move(from.x, from.y)
    await page.mouse.down()
    await page.mouse.move((from.x + to.x) / 2, to.y, { steps: 5 })
    await page.mouse.move(to.x, to.y, { steps: 5 })
    await page.mouse.up()
    await page.locator('.react-flow__edge').nth(2).waitFor({ state: 'attached' })
    await page.locator('[data-node=menu] header').click()
    const targets = page.getByRole('region', { name: 'Where it goes on' }).getByLabel('A person')
    await targets.focus()
    await targets.selectOption({ label: 'End' })
    await page.locator('.react-flow__edge').nth(3).waitFor({ state: 'attached' })
    await page.getByRole('region', { name: 'Problems' }).waitFor({ state: 'detached' })
    await saved()
  })

  await checks.run('the draft is tested beside the canvas, and the way is shown', async () => {
    await page.getByRole('button', { name: 'Test', exact: true }).click()
    const write = page.getByRole('textbox', { name: 'Write as the customer' })
    const chat = page.getByRole('log', { name: 'Chat with the draft' })
    await write.fill('hi')
    await write.press('Enter')
    await chat.getByText('What is your name?').waitFor()
    await write.fill('Ana')
    await write.press('Enter')
    await chat.getByText('Hello Ana, how can we help?').waitFor()
    await page.locator('[data-node=menu]').getByText('Test is here').waitFor()
    await chat.getByRole('button', { name: 'My order' }).click()
    await chat.getByText('You chose My order.').waitFor()
    await page.getByRole('term').filter({ hasText: 'choice' }).waitFor()
  })

  await checks.run('the chat is kept as a flow test, which passes', async () => {
    await page.getByRole('button', { name: 'Save as a test' }).click()
    await page.getByRole('textbox', { name: 'What it tests' }).fill('a customer asks for an order')
    await page.getByRole('button', { name: 'Save the test' }).click()
    await page.getByRole('button', { name: 'More about this bot' }).click()
    await page.getByRole('menuitem', { name: 'Settings, variables, tests' }).click()
    await page.getByRole('button', { name: 'Run all' }).click()
    await page.getByText('Passed', { exact: false }).first().waitFor()
    await page.getByRole('button', { name: 'Close the test' }).click()
  })

  await checks.run('it is published', async () => {
    await page.getByRole('button', { name: 'Publish…' }).click()
    await page.getByRole('button', { name: 'Publish version 1' }).click()
    await page.getByRole('heading', { name: 'Version 1 is published' }).waitFor()
    await page.getByRole('button', { name: 'Back to the flow' }).click()
    await page.getByText('Version 1', { exact: true }).first().waitFor()
  })

  await checks.run('from nothing to a published bot in under five minutes, and no JSON was seen', async () => {
    const seconds = Math.round((Date.now() - began) / 1000)
    console.log(`      built, tested and published in ${seconds} s`)
    expect(seconds < 300).toBe(true)
    expect(await page.getByText('"nodes"').count()).toBe(0)
  })
  const address = new URL(page.url()).pathname
  const count = () => page.locator('.react-flow__node').count()

  await checks.run('what was done can be undone after a reload', async () => {
    await page.locator('[data-node=menu] header').click()
    await page.keyboard.press('Escape')
    await page.locator('[data-node=menu] header').click()
    await page.keyboard.press('Delete')
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click()
    expect(await count()).toBe(2)
    await saved()
    await page.reload()
    await page.locator('[data-node=ask]').waitFor()
    expect(await count()).toBe(2)
    await page.getByRole('button', { name: 'Undo: delete' }).click()
    await page.locator('[data-node=menu]').waitFor()
    expect(await page.locator('.react-flow__edge').count()).toBe(4)
    await page.getByRole('button', { name: 'Redo: delete' }).click()
    expect(await count()).toBe(2)
    await page.getByRole('button', { name: 'Undo: delete' }).click()
  })

  await checks.run('a component is put into an edge, and taken out again', async () => {
    await page.locator('.react-flow__pane').click({ position: { x: 620, y: 30 } })
    await page.keyboard.press('f')
    await page.waitForTimeout(300)
    const path = page.locator('.react-flow__edge[data-id="ask::next"] .react-flow__edge-path')
    const at = await path.evaluate(line => {
      const point = line.getPointAtLength(line.getTotalLength() / 2)
      const matrix = line.getScreenCTM()
      return { x: point.x * matrix.a + matrix.e, y: point.y * matrix.d + matrix.f }
    })
    await page.mouse.move(at.x, at.y)
    await page.getByRole('button', { name: 'Insert a component at Next' }).click()
    await page.keyboard.type('wait')
    await page.keyboard.press('Enter')
    await page.locator('[data-node=wait]').waitFor()
    await page.locator('.react-flow__edge[data-id="wait::next"]').waitFor({ state: 'attached' })
    await page.locator('[data-node=wait] header').click()
    await page.keyboard.press('Delete')
    await page.locator('[data-node=wait]').waitFor({ state: 'detached' })
    await page.locator('.react-flow__edge[data-id="ask::next"]').waitFor({ state: 'attached' })
  })

  await checks.run('an automatic layout is shown before it is taken', async () => {
    const before = await page.locator('.react-flow__node[data-id=menu]').getAttribute('style')
    await page.locator('.react-flow__pane').click({ position: { x: 620, y: 30 } })
    await page.keyboard.press('l')
    await page.getByRole('button', { name: 'Discard' }).click()
    await page.waitForTimeout(100)
    expect(await page.locator('.react-flow__node[data-id=menu]').getAttribute('style')).toBe(before)
    await page.keyboard.press('l')
    await page.getByRole('button', { name: 'Keep it' }).click()
    await page.getByRole('button', { name: 'Undo: arrange' }).waitFor()
  })

  await checks.run('a box chooses several, and they go to another tab by the clipboard', async () => {
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: new URL(app).origin })
    await page.keyboard.press('f')
    await page.waitForTimeout(300)
    const canvas = await page.locator('.react-flow').boundingBox()
    await page.keyboard.down('Shift')
    await page.mouse.move(canvas.x + 60, canvas.y + 20)
    await page.mouse.down()
    await page.mouse.move(canvas.x + 300, canvas.y + 300, { steps: 4 })
    await page.mouse.move(canvas.x + canvas.width - 30, canvas.y + canvas.height - 100, { steps: 6 })
    await page.mouse.up()
    await page.keyboard.up('Shift')
    expect(await page.locator('.react-flow__node.selected').count()).toBe(3)
    await page.keyboard.press('Control+c')
    const other = await context.newPage()
    await other.goto(`${app}/bots`)
    await other.getByRole('button', { name: 'New bot', exact: true }).click()
    await other.getByRole('button', { name: /^Blank bot/ }).click()
    await other.getByRole('heading', { name: 'Nothing here yet' }).waitFor()
    await other.keyboard.press('Control+v')
    await other.locator('.react-flow__node').nth(2).waitFor()
    expect(await other.locator('.react-flow__edge').count()).toBe(4)
    await other.keyboard.press('Control+d')
    await other.locator('.react-flow__node').nth(5).waitFor()
    await other.keyboard.press('Control+z')
    await other.keyboard.press('Control+z')
    await other.getByRole('heading', { name: 'Nothing here yet' }).waitFor()
    await other.close()
  })

  await checks.run('find goes to texts, variables and components', async () => {
    await page.keyboard.press('Control+f')
    await page.getByRole('textbox', { name: 'Find in the flow' }).fill('{choice}')
    await page.getByText('2 places').waitFor()
    await page.keyboard.press('Enter')
    await page.keyboard.press('Enter')
    await page.locator('.react-flow__node.selected').waitFor()
    await page.keyboard.press('Escape')
  })

  await checks.run('two tabs: what fits is joined, what does not is asked, and nothing is lost', async () => {
    await saved()
    const other = await context.newPage()
    await other.goto(`${app}${address}?node=ask`)
    const there = other.getByRole('textbox', { name: 'Message', exact: true })
    await there.waitFor()
    await there.fill('Who are you?')
    await other.locator('[data-saving=saved]').waitFor()
    await page.locator('[data-node=ask]').getByText('Who are you?').waitFor()
    // Both at once, on the same text: the second one to save is asked.
    await page.locator('.react-flow__pane').click({ position: { x: 620, y: 30 } })
    await page.keyboard.press('f')
    await page.waitForTimeout(400)
    await page.locator('[data-node=ask] header').click()
    await page.getByRole('complementary', { name: 'Ask the name' }).waitFor()
    await Promise.all([message().fill('Your name, please?'), there.fill('And you are?')])
    const asked = await Promise.race([
      page
        .getByRole('dialog', { name: 'This bot was changed elsewhere too' })
        .waitFor()
        .then(() => page),
      other
        .getByRole('dialog', { name: 'This bot was changed elsewhere too' })
        .waitFor()
        .then(() => other),
    ])
    await asked.getByRole('button', { name: 'Merge, and keep mine where they differ' }).click()
    await asked.locator('[data-saving=saved]').waitFor()
    const texts = await Promise.all(
      [page, other].map(async tab => {
        await tab.waitForTimeout(1500)
        return tab.getByRole('textbox', { name: 'Message', exact: true }).inputValue()
      }),
    )
    expect(texts[0]).toBe(texts[1])
    await other.close()
  })

  await checks.run('a version shows what changed since, and comes back', async () => {
    await page.getByRole('button', { name: 'Versions' }).click()
    await page.getByRole('complementary', { name: 'Versions' }).locator('del').first().waitFor()
    await page.getByRole('button', { name: 'Version 1', exact: false }).last().click()
    await page.getByRole('button', { name: 'Restore…' }).click()
    await page.getByRole('button', { name: 'Load version 1' }).click()
    await page.locator('[data-node=ask]').getByText('What is your name?').waitFor()
    await saved()
  })
  await context.close()
  return address
}

async function middle(locator) {
  const box = await locator.boundingBox()
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

async function expectFocus(page, tag) {
  await page.waitForFunction(wanted => document.activeElement?.tagName.toLowerCase() === wanted, tag)
}
