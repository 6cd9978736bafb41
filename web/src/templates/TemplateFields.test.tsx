import { MantineProvider } from '@mantine/core'
import { QueryClient, QueryClientProvider } from '@tanstack/react-query'
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import i18next from 'i18next'
import { useState } from 'react'
import { initReactI18next } from 'react-i18next'
import { afterEach, beforeAll, expect, test, vi } from 'vitest'
import type { Template } from '../api/types'
import app from '../words/en/app.json'
import care from '../words/en/care.json'
import words from '../words/en/messages.json'
import { TemplateFields } from './TemplateFields'
import { TemplatePreview } from './TemplatePreview'
import { chosen, type Given } from './values'

beforeAll(() => {
  vi.stubGlobal('matchMedia', () => ({ matches: false, addEventListener() {}, removeEventListener() {} }))
  const resources = { en: { messages: words, care, app } } as never
  return i18next.use(initReactI18next).init({ lng: 'en', defaultNS: 'app', resources })
})
afterEach(cleanup)

const nothing = { name: null, index: null, label: null, example: null, longest: null }
const template: Template = {
  name: 'visit',
  language: 'en',
  status: 'APPROVED',
  category: 'UTILITY',
  quality: null,
  rejected_reason: null,
  unsupported: null,
  parameters: ['day'],
  fields: [
    { ...nothing, part: 'header', kind: 'location', required: true },
    { ...nothing, part: 'body', kind: 'text', name: 'day', example: 'Monday', required: true },
    { ...nothing, part: 'button', kind: 'url_suffix', index: 1, label: 'Change', required: true },
    { ...nothing, part: 'button', kind: 'flow_token', index: 2, label: 'Fill in', required: false },
  ],
  components: [
    { type: 'HEADER', format: 'LOCATION' },
    { type: 'BODY', text: 'See you on {{day}}.' },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'QUICK_REPLY', text: 'Yes' },
        { type: 'URL', text: 'Change', url: 'https://ex.am/{{1}}' },
        { type: 'FLOW', text: 'Fill in' },
      ],
    },
  ] as never,
}

let now: Given
function Form({ wrong = {} }: { wrong?: Record<string, string> }) {
  const [given, setGiven] = useState(chosen(template))
  now = given
  return (
    <MantineProvider>
      <QueryClientProvider client={new QueryClient()}>
        <TemplateFields template={template} given={given} onChange={setGiven} wrong={wrong} pointer="/template" />
        <TemplatePreview template={template} given={given} />
      </QueryClientProvider>
    </MantineProvider>
  )
}

const type = (label: string, value: string) => fireEvent.change(screen.getByLabelText(label), { target: { value } })

test('the form asks for exactly what the template needs, and the preview shows it', () => {
  render(<Form />)
  type('Place in the header', '52.52,13.405')
  type('Name of the placeOptional', 'Our shop')
  type('Value of day', 'Tuesday')
  type('End of the address of “Change”', 'visits/7')
  type('Token of the form “Fill in”Optional', 't-1')
  type('Data for the form “Fill in” (JSON)', '{"name":"Ana"}')
  expect(now).toMatchObject({
    header: { kind: 'location', value: '52.52,13.405', name: 'Our shop' },
    parameters: { day: 'Tuesday' },
    buttons: [
      { index: 1, url_suffix: 'visits/7' },
      { index: 2, flow_token: 't-1', flow_data: { name: 'Ana' } },
    ],
  })
  expect(screen.getByText('See you on Tuesday.')).toBeTruthy()
  expect(screen.getByText('Our shop')).toBeTruthy()
  type('Data for the form “Fill in” (JSON)', '{"name"')
  expect(screen.getByText('This is not a JSON object.')).toBeTruthy()
})

test('what the server refuses stands at its field', () => {
  render(<Form wrong={{ '/template/parameters/day': 'empty', '/template/buttons': 'missing' }} />)
  expect(screen.getByText('empty')).toBeTruthy()
  expect(screen.getByText('missing')).toBeTruthy()
})
