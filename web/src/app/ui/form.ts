import { type FormEvent, useCallback, useEffect, useState } from 'react'
import { ApiError } from '../../api/client'

/** What is wrong with which field; keys are JSON pointers, as the server writes them. */
export type Wrong = Record<string, string>

/** The server's refusal, field by field; empty when it names none. */
export function wrongOf(error: unknown): Wrong {
  const errors = error instanceof ApiError ? (error.problem?.errors ?? []) : []
  return Object.fromEntries(errors.map(({ pointer, message }) => [pointer, message]))
}

/** Whether a pointer is this one or leads into it: `/numbers/0` is in `/numbers`. */
export const isIn = (pointer: string, place: string) => pointer === place || pointer.startsWith(`${place}/`)

/** What is wrong at a place or inside it, each sentence once. */
export function within(wrong: Wrong, place: string): string | undefined {
  const said = Object.entries(wrong).filter(([pointer]) => isIn(pointer, place))
  return said.length > 0 ? [...new Set(said.map(([, message]) => message))].join(' ') : undefined
}

/** What is wrong outside these places, where a form says it as a whole. */
export function beside(wrong: Wrong, places: string[]): string | undefined {
  const said = Object.entries(wrong).filter(([pointer]) => !places.some(place => isIn(pointer, place)))
  return said.length > 0 ? said.map(([, message]) => message).join(' ') : undefined
}

/** The rest when a field changed: what was said of it, of what is in it and of what it is in is old. */
function without(wrong: Wrong, changed: string): Wrong {
  const rest = Object.entries(wrong).filter(([pointer]) => !isIn(pointer, changed) && !isIn(changed, pointer))
  return rest.length === Object.keys(wrong).length ? wrong : Object.fromEntries(rest)
}

/** A form's refusals: from the server and while typing. A field that is changed is judged anew. */
export function useWrong() {
  const [wrong, setWrong] = useState<Wrong>({})
  const show = useCallback((found: Wrong) => {
    setWrong(found)
    if (Object.keys(found).length > 0) arrive(Object.keys(found))
  }, [])
  const refuse = useCallback(
    (error: unknown) => {
      const found = wrongOf(error)
      show(found)
      return Object.keys(found).length > 0
    },
    [show],
  )
  const judge = useCallback((pointer: string, message: string | undefined) => {
    setWrong(old => {
      const rest = without(old, pointer)
      return message ? { ...rest, [pointer]: message } : rest
    })
  }, [])
  /** For the element around the fields: whatever is typed or chosen in it is judged anew. */
  const watch = {
    onInput: (event: FormEvent) => {
      const holder = (event.target as Element).closest?.('[data-field]') as HTMLElement | null
      const changed = holder?.dataset.field
      if (changed !== undefined) setWrong(old => without(old, changed))
    },
  }
  return { wrong, show, refuse, judge, watch, clear: useCallback(() => setWrong({}), []) }
}

/** The same for a form whose answer comes from a mutation: its refusal is shown, and gone when it is sent again. */
export function useRefused(error: unknown) {
  const form = useWrong()
  const { refuse, clear } = form
  useEffect(() => {
    if (error) refuse(error)
    else clear()
  }, [error, refuse, clear])
  return form
}

const typable = 'input:not([type=hidden]):not(:disabled), textarea:not(:disabled), select:not(:disabled)'
const focusable = `${typable}, [contenteditable=true], button:not(:disabled)`

/**
 * The element that holds what a pointer names: the field itself, the nearest one around it, or the first one inside.
 * Fields carry their pointer as `data-field`. In an open dialog only its own count.
 */
export function fieldOf(pointer: string): HTMLElement | undefined {
  if (!pointer) return undefined
  const dialog = [...document.querySelectorAll('[role="dialog"]')].at(-1)
  const holders = [...(dialog ?? document).querySelectorAll<HTMLElement>('[data-field]')]
  const around = holders.filter(holder => isIn(pointer, holder.dataset.field ?? ''))
  const nearest = around.sort((a, b) => (b.dataset.field?.length ?? 0) - (a.dataset.field?.length ?? 0))[0]
  return nearest ?? holders.find(holder => isIn(holder.dataset.field ?? '', pointer))
}

/** Puts the focus into the field of a pointer; answers whether there is one. */
export function focusField(pointer: string): boolean {
  const holder = fieldOf(pointer)
  const field = holder?.matches(focusable)
    ? holder
    : (holder?.querySelector<HTMLElement>(typable) ?? holder?.querySelector<HTMLElement>(focusable))
  if (!field) return false
  field.focus({ preventScroll: true })
  field.scrollIntoView({ block: 'center' })
  return document.activeElement === field
}

const frames = 20

/** Puts the focus into the first field of a form, once one is drawn; into its heading when none comes. */
export function focusFirst(form: HTMLElement, heading: HTMLElement | null, left = frames) {
  requestAnimationFrame(() => {
    const first = form.querySelector<HTMLInputElement>(typable)
    const chosen = first?.type === 'radio' && form.querySelector<HTMLElement>(`[name="${first.name}"]:checked`)
    const field = chosen || first
    if (field) field.focus({ preventScroll: true })
    else if (left > 0) focusFirst(form, heading, left - 1)
    else heading?.focus()
  })
}

/** Goes to the first of these that has a field, once they are drawn; to the words on top where none has one. */
export function arrive(pointers: string[], left = frames) {
  requestAnimationFrame(() => {
    if (pointers.some(focusField)) return
    if (left > 0) return arrive(pointers, left - 1)
    document.querySelector<HTMLElement>('[data-summary]')?.focus()
  })
}

const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'

/** A verify token that nobody guesses. */
export function randomToken(length = 32) {
  const bytes = crypto.getRandomValues(new Uint8Array(length))
  return Array.from(bytes, byte => alphabet[byte % alphabet.length]).join('')
}
