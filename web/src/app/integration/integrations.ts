import type { Integration } from '../../api/types'
import { integrationName } from '../ui/names'
import { type State, stateOf } from '../ui/Status'

export const columns = ['name', 'status', 'bot', 'messages', 'errors', 'activity', 'token'] as const
export type Column = (typeof columns)[number]
export interface Sort {
  by: Column
  down: boolean
}

const key = 'chasqui.integrations.sort'
export const failingFirst: Sort = { by: 'status', down: false }

export function keptSort(): Sort {
  try {
    const { by, down } = JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Sort>
    return columns.includes(by as Column) ? { by: by as Column, down: down === true } : failingFirst
  } catch {
    return failingFirst
  }
}
export const keepSort = (sort: Sort) => localStorage.setItem(key, JSON.stringify(sort))

/** A second click on a column turns it around; numbers start with the highest. */
export function nextSort(sort: Sort, by: Column): Sort {
  if (sort.by === by) return { by, down: !sort.down }
  return { by, down: by === 'messages' || by === 'errors' || by === 'activity' }
}

const rank: Record<State | 'unchecked', number> = { failing: 0, warning: 1, unchecked: 2, ok: 3, inactive: 4 }
const never = Number.MAX_SAFE_INTEGER

const values: Record<Column, (one: Integration) => string | number> = {
  name: one => integrationName(one).toLowerCase(),
  status: one => rank[stateOf(one)],
  bot: one => one.bot?.name?.toLowerCase() ?? '',
  messages: one => (one.active ? one.messages_24h : one.ignored_24h),
  errors: one => one.errors_24h,
  activity: one => (one.last_activity_at ? new Date(one.last_activity_at).getTime() : 0),
  token: one => (one.credentials.token.expires_at ? new Date(one.credentials.token.expires_at).getTime() : never),
}

export function sorted(list: Integration[], { by, down }: Sort): Integration[] {
  const compare = (a: Integration, b: Integration, column: Column) => {
    const [x, y] = [values[column](a), values[column](b)]
    return x < y ? -1 : x > y ? 1 : 0
  }
  return [...list].sort((a, b) => (down ? -1 : 1) * compare(a, b, by) || compare(a, b, 'name'))
}

const plain = (value: string) => value.toLowerCase().normalize('NFD').replace(/\p{M}/gu, '')

/** Name, number and bot; a number may be typed with or without its spaces. */
export function matches(one: Integration, wanted: string): boolean {
  const q = plain(wanted.trim())
  const number = one.phone?.display_phone_number ?? ''
  const digits = q.replace(/[^\d]/g, '')
  const said = [one.name ?? '', number, one.phone?.verified_name ?? '', one.bot?.name ?? '']
  return (
    said.some(value => plain(value).includes(q)) ||
    (digits.length > 2 && /^[\d\s+()-]+$/.test(q) && number.replace(/\D/g, '').includes(digits))
  )
}
