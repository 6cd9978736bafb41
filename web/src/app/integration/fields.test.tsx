import { readFileSync } from 'node:fs'
import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import { bots } from '../../api/queries'
import type { Settings } from '../../api/types'
import app from '../../words/en/app.json'
import care from '../../words/en/care.json'
import messages from '../../words/en/messages.json'
import people from '../../words/en/people.json'
import { Field, KeptSecret, Summary, Toggle } from '../ui/Fields'
import { fieldOf, focusField, useWrong, type Wrong } from '../ui/form'
import { type Draft, hasStep, type Step, stepOf, steps } from './draft'
import { NewStep } from './NewStep'
import { formPointers } from './pointers'

beforeAll(() => {
  Object.defineProperty(document, 'fonts', { value: { addEventListener() {}, removeEventListener() {} } })
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} }))
  const resources = { en: { messages, care, app, people } } as never
  return i18next.use(initReactI18next).init({ lng: 'en', defaultNS: 'app', resources })
})
afterEach(cleanup)

const pointers = formPointers(JSON.parse(readFileSync(`${process.cwd()}/openapi.json`, 'utf8')))

/** Everything is switched on, so that every field is there. */
const settings: Settings = {
  error_alerts: { enabled: true, emails: ['a@example.com', 'nobody'], quiet_hours: { from: 60, to: 120 } },
  expiry: { enabled: true, after_seconds: 600 },
  template: { name: 'reopen', language: 'en', parameters: ['x'] } as never,
  recipients: { mode: 'only', numbers: ['+4915123456789', '12'] },
}
const draft: Draft = {
  whose: '',
  name: '',
  bot: '',
  source: 'own',
  credentials: {},
  settings,
  active: true,
  reached: 5,
}

const bot = { id: 'bot_1', name: 'Menu', version: 1 }

function inPage(children: React.ReactNode) {
  const queries = new QueryClient({ defaultOptions: { queries: { retry: false, enabled: false } } })
  queries.setQueryData(bots.queryKey, [bot] as never)
  queries.setQueryData(['graph_versions'], { items: [] })
  return render(
    <QueryClientProvider client={queries}>
      <MantineProvider env="test">{children}</MantineProvider>
    </QueryClientProvider>,
  )
}

function step(one: Step, wrong: Wrong, source: Draft['source'] = 'own') {
  return inPage(
    <>
      <Summary wrong={wrong} leads={hasStep} />
      <NewStep
        step={one}
        draft={{ ...draft, source }}
        change={() => {}}
        lost={false}
        wrong={wrong}
        judge={() => {}}
        refuse={() => true}
      />
      {one === 'review' && <Toggle pointer="/active" label="On" checked onChange={() => {}} />}
    </>,
  )
}

for (const one of steps) {
  test(`whatever the server names of "${one}" is said there and has a field to go to`, () => {
    const named = pointers.filter(pointer => hasStep(pointer) && stepOf(pointer) === one)
    expect(named.length).toBeGreaterThan(0)
    const said = (pointer: string) => `Refused: ${pointer}.`
    const { container } = step(one, Object.fromEntries(named.map(pointer => [pointer, said(pointer)])))
    const all = container.textContent ?? ''
    for (const pointer of named) {
      expect(all).toContain(said(pointer))
      expect(fieldOf(pointer), pointer).toBeDefined()
      expect(focusField(pointer), pointer).toBe(true)
      expect(document.activeElement?.matches('input, textarea, select, button'), pointer).toBe(true)
    }
  }, 30_000)
}

test('a wrong number is named as it was typed', () => {
  step('settings', { '/settings/recipients/numbers/1': 'This is not a phone number.' })
  expect(screen.getByText('12: This is not a phone number.')).toBeDefined()
})

test('what nobody has a field for is said on top', () => {
  step('review', { '/unheard_of/3': 'Something is odd.' })
  expect(screen.getByText('Something is odd.').closest('button')).toBeNull()
})

function Form({ before }: { before: Wrong }) {
  const { wrong, show, watch } = useWrong()
  return (
    <div {...watch}>
      <button type="button" onClick={() => show(before)}>
        refuse
      </button>
      <Summary wrong={wrong} />
      <div data-field="/list">
        <Field pointer="/list/items" wrong={wrong} label="Items" value="" onChange={() => {}} />
        <Toggle label="Everyone" checked={false} onChange={() => {}} />
      </div>
      <Field pointer="/name" wrong={wrong} label="Name" value="" onChange={() => {}} />
    </div>
  )
}

test('a refusal goes when its field changes, with all that is in it, and no other goes', () => {
  inPage(<Form before={{ '/list/items/0': 'No item.', '/list/items/7': 'Nor this.', '/name': 'No name.' }} />)
  fireEvent.click(screen.getByText('refuse'))
  expect(screen.getAllByText(/No item/).length).toBeGreaterThan(0)
  fireEvent.input(screen.getByLabelText('Items'), { target: { value: 'x' } })
  expect(screen.queryByText(/No item|Nor this/)).toBeNull()
  expect(screen.getAllByText('No name.').length).toBeGreaterThan(0)
})

test('a choice around a field judges the field anew', () => {
  inPage(<Form before={{ '/list/items/0': 'No item.' }} />)
  fireEvent.click(screen.getByText('refuse'))
  fireEvent.input(screen.getByLabelText('Everyone'))
  expect(screen.queryByText(/No item/)).toBeNull()
})

test('a secret that is kept opens when it is refused', () => {
  const kept = (wrong: Wrong) => (
    <KeptSecret pointer="/secret" label="Key" shown="•••• 1234" wrong={wrong} value={undefined} onChange={() => {}} />
  )
  inPage(kept({}))
  expect(screen.queryByLabelText('Key')).toBeNull()
  cleanup()
  inPage(kept({ '/secret': 'Enter the key again.' }))
  expect(screen.getByLabelText('Key')).toBeDefined()
  expect(screen.getByText('Enter the key again.')).toBeDefined()
})
