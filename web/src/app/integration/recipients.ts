import type { Wrong } from '../ui/form'
import { isIn } from '../ui/form'

/** What stands in a field of many entries, one a line or with commas between them. */
export const entries = (text: string) =>
  text
    .split(/[\n,;]/)
    .map(line => line.trim())
    .filter(Boolean)

export const numbersPointer = '/settings/recipients/numbers'

/** What the server says of single numbers, with the number as it was typed. */
export function wrongNumbers(wrong: Wrong, numbers: string[]): { text: string; message: string }[] {
  return Object.entries(wrong)
    .filter(([pointer]) => isIn(pointer, numbersPointer) && pointer !== numbersPointer)
    .map(([pointer, message]) => {
      const index = Number(pointer.slice(numbersPointer.length + 1).split('/')[0])
      return { text: numbers[index] ?? '', message }
    })
}

export interface LeftOut<R extends string = string> {
  line: number
  text: string
  reason: R
}

/** Reasons about a line that was to be a number; the rest are lines of a table that were none. */
const meant: string[] = ['no_country', 'no_number']

/** The field after it was read: lines that were to be numbers stay on top, each known by its new line, then the numbers. */
export function tidied<R extends string>(before: string, numbers: string[], wrong: LeftOut<R>[]) {
  const lines = before.split(/\r?\n/)
  const stays = wrong.filter(one => meant.includes(one.reason) && entries(lines[one.line - 1] ?? '').length === 1)
  const kept = stays.map(({ line, reason }, index) => ({
    line: index + 1,
    text: (lines[line - 1] ?? '').trim(),
    reason,
  }))
  const text = [...kept.map(one => one.text), ...numbers].join('\n')
  return { text, kept, gone: wrong.filter(one => !stays.includes(one)) }
}
