import { expect, test } from 'vitest'
import type { Template, TemplateField } from '../api/types'
import { chosen, pointersOf, rendered, valueIn, withButton, withValue } from './values'

const field = (part: TemplateField['part'], kind: string, more: Partial<TemplateField> = {}): TemplateField => ({
  part,
  kind,
  name: null,
  index: null,
  label: null,
  example: null,
  required: true,
  longest: null,
  ...more,
})

const template = (parameters: string[], fields: TemplateField[], components: unknown[]): Template => ({
  name: 'order_update',
  language: 'en',
  status: 'APPROVED',
  category: 'UTILITY',
  quality: null,
  rejected_reason: null,
  unsupported: null,
  parameters,
  fields,
  components: components as Template['components'],
})

const numbered = template(
  ['1', '2'],
  [
    field('header', 'image'),
    field('body', 'text', { name: '1' }),
    field('body', 'text', { name: '2' }),
    field('button', 'url_suffix', { index: 1, label: 'See' }),
  ],
  [
    { type: 'HEADER', format: 'IMAGE' },
    { type: 'BODY', text: 'Hello {{1}}, {{ 2 }}.' },
    { type: 'FOOTER', text: 'Bye' },
    {
      type: 'BUTTONS',
      buttons: [
        { type: 'QUICK_REPLY', text: 'Yes' },
        { type: 'URL', text: 'See', url: 'https://ex.am/{{1}}' },
      ],
    },
  ],
)

const named = template(
  ['who', 'when'],
  [field('body', 'text', { name: 'who' }), field('body', 'text', { name: 'when' })],
  [{ type: 'BODY', text: '{{who}} at {{when}}' }],
)

test('a chosen template has a place for everything that it needs', () => {
  expect(chosen(numbered, '{contact.name}')).toEqual({
    name: 'order_update',
    language: 'en',
    header: { kind: 'image', value: '' },
    parameters: ['{contact.name}', '{contact.name}'],
    buttons: [],
  })
  expect(chosen(named).parameters).toEqual({ who: '', when: '' })
  expect(chosen(named).header).toBeUndefined()
})

test('each value goes to its place and is read from there', () => {
  let given = chosen(numbered)
  const values = ['https://ex.am/a.png', 'Ana', 'noon', 'orders/7']
  numbered.fields.forEach((one, at) => {
    given = withValue(given, numbered, one, values[at]!)
  })
  expect(given).toMatchObject({
    header: { kind: 'image', value: 'https://ex.am/a.png' },
    parameters: ['Ana', 'noon'],
    buttons: [{ index: 1, url_suffix: 'orders/7' }],
  })
  expect(numbered.fields.map(one => valueIn(given, numbered, one))).toEqual(values)
  expect(withValue(given, numbered, numbered.fields[3]!, '').buttons).toEqual([])
})

test('a list stays readable in a template that names its variables', () => {
  const given = { name: 'order_update', language: 'en', parameters: ['Ana', 'noon'] }
  expect(named.fields.map(one => valueIn(given, named, one))).toEqual(['Ana', 'noon'])
  expect(withValue(given, named, named.fields[1]!, 'ten').parameters).toEqual({ who: 'Ana', when: 'ten' })
})

test('a button keeps its other values', () => {
  const first = withButton(chosen(numbered), 0, { flow_token: 't' })
  const both = withButton(first, 0, { flow_data: { name: 'Ana' } })
  expect(both.buttons).toEqual([{ index: 0, flow_token: 't', flow_data: { name: 'Ana' } }])
})

test('a refusal is shown at its field', () => {
  const given = withButton(chosen(numbered), 1, { url_suffix: 'x' })
  const pointers = numbered.fields.map(one => pointersOf(given, numbered, one).at(-1))
  expect(pointers).toEqual(['/header/kind', '/parameters/0', '/parameters/1', '/buttons/0'])
  expect(pointersOf(chosen(named), named, named.fields[1]!)).toEqual(['/parameters/when'])
})

test('the preview shows the words with the values in them', () => {
  const given = withButton({ ...chosen(numbered), parameters: ['Ana', ''] }, 1, { url_suffix: 'orders/7' })
  const shown = rendered(numbered, { ...given, header: { kind: 'image', value: 'https://ex.am/a.png' } })
  expect(shown).toMatchObject({
    body: 'Hello Ana, {{ 2 }}.',
    footer: 'Bye',
    header: { type: 'image', media: { link: 'https://ex.am/a.png' } },
    buttons: [
      { type: 'quick_reply', text: 'Yes' },
      { type: 'url', text: 'See', url: 'https://ex.am/orders/7' },
    ],
  })
})
