/** A change of a document as a list of entries that have another value, so that it can be taken back, kept and merged. */
import type { Doc } from './definition'

interface Change {
  part: keyof Doc
  /** The entry, for parts whose entries have keys. */
  key?: string
  before: unknown
  after: unknown
}

export type Patch = Change[]

const keyed = ['nodes', 'layout', 'notes', 'variables'] as const
const whole = ['name', 'start', 'settings', 'order', 'tests', 'rest'] as const

export const isKeyed = (part: keyof Doc): part is (typeof keyed)[number] =>
  (keyed as readonly string[]).includes(part as string)

export function diff(before: Doc, after: Doc): Patch {
  const patch: Patch = []
  for (const part of whole) {
    if (before[part] !== after[part] && !same(before[part], after[part])) {
      patch.push({ part, before: before[part], after: after[part] })
    }
  }
  for (const part of keyed) {
    if (before[part] === after[part]) continue
    const [old, fresh] = [before[part] as Entries, after[part] as Entries]
    for (const key of new Set([...Object.keys(old), ...Object.keys(fresh)])) {
      if (old[key] !== fresh[key] && !same(old[key], fresh[key])) {
        patch.push({ part, key, before: old[key], after: fresh[key] })
      }
    }
  }
  return patch
}

type Entries = Record<string, unknown>

export function apply(doc: Doc, patch: Patch, way: 'forward' | 'back'): Doc {
  const next = { ...doc } as Doc & Record<string, unknown>
  const copied = new Set<string>()
  for (const change of way === 'forward' ? patch : [...patch].reverse()) {
    const value = way === 'forward' ? change.after : change.before
    if (change.key === undefined) {
      next[change.part] = value as never
      continue
    }
    if (!copied.has(change.part)) {
      next[change.part] = { ...(next[change.part] as Entries) } as never
      copied.add(change.part)
    }
    const entries = next[change.part] as Entries
    if (value === undefined) delete entries[change.key]
    else entries[change.key] = value
  }
  return next
}

/** Two patches that follow each other, as one. */
export function join(first: Patch, second: Patch): Patch {
  const all = new Map(first.map(change => [`${change.part} ${change.key ?? ''}`, change]))
  for (const change of second) {
    const at = `${change.part} ${change.key ?? ''}`
    const known = all.get(at)
    all.set(at, known ? { ...known, after: change.after } : change)
  }
  return [...all.values()].filter(change => !same(change.before, change.after))
}

/** Whether two values are the same JSON. Keys may stand in another order. */
export function same(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (Array.isArray(a) || Array.isArray(b)) {
    return Array.isArray(a) && Array.isArray(b) && a.length === b.length && a.every((item, i) => same(item, b[i]))
  }
  const [left, right] = [a as Entries, b as Entries]
  const keys = (value: Entries) => Object.keys(value).filter(key => value[key] !== undefined)
  return keys(left).length === keys(right).length && keys(left).every(key => same(left[key], right[key]))
}
