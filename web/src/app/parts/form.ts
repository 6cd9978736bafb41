import { useCallback, useState } from 'react'
import { ApiError } from '../../api/client'

/** What is wrong with which field; keys are JSON pointers, as the server writes them. */
export type Wrong = Record<string, string>

/** The server's refusal, field by field; empty when it names none. */
export function wrongOf(error: unknown): Wrong {
  const errors = error instanceof ApiError ? (error.problem?.errors ?? []) : []
  return Object.fromEntries(errors.map(({ pointer, message }) => [pointer, message]))
}

/** What is wrong, from the server and while typing; a field that is typed in is judged anew. */
export function useWrong() {
  const [wrong, setWrong] = useState<Wrong>({})
  const refuse = useCallback((error: unknown) => {
    const found = wrongOf(error)
    setWrong(found)
    const first = Object.keys(found)[0]
    if (first) requestAnimationFrame(() => focusField(first))
    return Object.keys(found).length > 0
  }, [])
  const judge = useCallback((pointer: string, message: string | undefined) => {
    setWrong(old => {
      if (old[pointer] === message) return old
      const { [pointer]: _, ...rest } = old
      return message ? { ...rest, [pointer]: message } : rest
    })
  }, [])
  return { wrong, refuse, judge, clear: useCallback(() => setWrong({}), []) }
}

/** Fields carry their pointer as `data-field`. */
export function focusField(pointer: string) {
  const holder = document.querySelector(`[data-field="${CSS.escape(pointer)}"]`)
  const field = holder?.matches('input, textarea, select') ? holder : holder?.querySelector('input, textarea, select')
  ;(field as HTMLElement | null)?.focus()
}

const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789'

/** A verify token that nobody guesses. */
export function randomToken(length = 32) {
  const bytes = crypto.getRandomValues(new Uint8Array(length))
  return Array.from(bytes, byte => alphabet[byte % alphabet.length]).join('')
}
