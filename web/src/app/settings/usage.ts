import type { Quota } from '../../api/types'

const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** How much of a limit is used, in whole per cent from 0 to 100. Something is never nothing. */
export function share({ used, limit }: Pick<Quota, 'used' | 'limit'>): number {
  if (used <= 0) return 0
  return limit <= 0 ? 100 : Math.min(100, Math.max(1, Math.floor((used / limit) * 100)))
}

/** A number, or a size in the largest unit that fits. `exact`: as it can be read back. */
export function sayAmount(amount: number, { unit }: Pick<Quota, 'unit'>, language: string, exact = false): string {
  const say = (value: number) =>
    exact ? String(value) : value.toLocaleString(language, { maximumFractionDigits: value < 10 ? 1 : 0 })
  if (unit === 'count') return say(amount)
  let at = 0
  let value = amount
  while (at < units.length - 1 && value >= 1024 && (!exact || value % 1024 === 0)) {
    value /= 1024
    at += 1
  }
  return exact && at === 0 ? say(value) : `${say(value)} ${units[at]}`
}

/** Reads `5000` and `20 GiB`. Undefined: it is neither. */
export function readAmount(text: string): number | undefined {
  const found = /^(\d+)\s*(?:(Ki|Mi|Gi|Ti)B)?$/.exec(text.trim())
  if (!found) return undefined
  const power = found[2] ? ['', 'Ki', 'Mi', 'Gi', 'Ti'].indexOf(found[2]) : 0
  const amount = Number(found[1]) * 1024 ** power
  return Number.isSafeInteger(amount) ? amount : undefined
}
