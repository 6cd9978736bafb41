// What happens when the session ends while somebody is at work: nothing that was asked is lost. A request that is told that
// nobody is logged in waits until somebody is, and is then sent again: the server did nothing with it.
import { useSyncExternalStore } from 'react'
import type { Me } from './types'

/** Who is in, as far as this page knows. */
export interface Who {
  user: string
  account: string
  email: string
}

export const whoIs = ({ user, account }: Me): Who => ({ user: user.id, account: account.id, email: user.email })

/** `asked`: the dialog is open; `put_off`: somebody looks at the page first. */
export type Ended = 'no' | 'asked' | 'put_off'

let state: Ended = 'no'
let known: () => Who | undefined = () => undefined
let leaving = false
let waits: { promise: Promise<void>; done: () => void } | undefined
const listeners = new Set<() => void>()

function become(next: Ended) {
  state = next
  for (const listener of listeners) listener()
}

export const useEnded = () =>
  useSyncExternalStore(
    listener => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    () => state,
  )

/** How this page knows who is in. */
export const knowBy = (read: () => Who | undefined) => {
  known = read
}
export const who = () => known()

/** Somebody logs out on purpose: what is refused from now is no surprise. */
export const leave = (going: boolean) => {
  leaving = going
}

/** Whether an answer says that the session of who is in has ended. */
export function isOver(status: number, answer: unknown): boolean {
  if (status !== 401 || leaving || !known()) return false
  return (answer as { type?: string } | undefined)?.type === 'urn:chasqui:problem:unauthenticated'
}

/** Resolves when somebody is in again. `acts`: somebody did something, and is asked at once. */
export function back(acts: boolean): Promise<void> {
  if (!waits) {
    let done = () => {}
    const promise = new Promise<void>(resolve => {
      done = resolve
    })
    waits = { promise, done }
    become('asked')
  } else if (acts && state === 'put_off') become('asked')
  return waits.promise
}

export const putOff = () => state === 'asked' && become('put_off')
export const askAgain = () => state === 'put_off' && become('asked')

const channel = typeof BroadcastChannel === 'undefined' ? undefined : new BroadcastChannel('chasqui.session')

/** Somebody is in: what waits goes on. Whatever another person or account sees has to be read anew. */
export function entered(now: Who, tell = true) {
  if (tell) channel?.postMessage(now)
  const before = known()
  if (before && (before.user !== now.user || before.account !== now.account)) {
    // A form that asks whether to leave must not keep one person's page for another.
    addEventListener('beforeunload', event => event.stopImmediatePropagation(), { capture: true })
    return location.reload()
  }
  waits?.done()
  waits = undefined
  if (state !== 'no') become('no')
}

// All tabs share a session.
channel?.addEventListener('message', ({ data }: MessageEvent<Who>) => {
  if (known()) entered(data, false)
})

/** `fetch` that waits for a log-in where one is needed. */
export async function patient(request: Request): Promise<Response> {
  const again = request.clone()
  const response = await fetch(request)
  if (response.status !== 401) return response
  const said = await response
    .clone()
    .json()
    .catch(() => undefined)
  if (!isOver(response.status, said)) return response
  await back(request.method !== 'GET')
  return patient(again)
}
