import { expect, it } from 'vitest'
import { entries, tidied, wrongNumbers } from './recipients'

it('keeps lines that were to be numbers, on top and counted anew', () => {
  const before = 'Phone\n+49 151 23456789\n0151 23456789\nAna;Berlin\nnobody'
  const { text, kept, gone } = tidied(
    before,
    ['+4915123456789'],
    [
      { line: 1, text: 'Phone', reason: 'heading' },
      { line: 3, text: '0151 23456789', reason: 'no_country' },
      { line: 4, text: 'Ana;Berlin', reason: 'no_number' },
      { line: 5, text: 'nobody', reason: 'no_number' },
    ],
  )
  expect(text).toBe('0151 23456789\nnobody\n+4915123456789')
  expect(kept).toEqual([
    { line: 1, text: '0151 23456789', reason: 'no_country' },
    { line: 2, text: 'nobody', reason: 'no_number' },
  ])
  expect(gone.map(one => one.line)).toEqual([1, 4])
  expect(entries(text)).toHaveLength(3)
})

it('names the number that the server refused', () => {
  const wrong = { '/settings/recipients/numbers/1': 'No number.', '/settings/recipients/numbers': 'Too many.' }
  expect(wrongNumbers(wrong, ['+49151', '12'])).toEqual([{ text: '12', message: 'No number.' }])
  expect(wrongNumbers({ '/settings/recipients/numbers/9': 'No number.' }, [])).toEqual([
    { text: '', message: 'No number.' },
  ])
})
