/** The simulator's control routes, on the page's own origin. */
import type { Json } from '../messages/json'

export interface Owner {
  wa_id: string
  name: string
  user_id?: string
  hide_number: boolean
}

export interface BusinessNumber {
  id: string
  display_phone_number: string
  verified_name: string
  callback_url: string | null
}

export interface ChatItem {
  id: string
  direction: 'in' | 'out'
  at: string
  status: 'pending' | 'sent' | 'delivered' | 'read' | 'failed'
  reply_to: string | null
  reaction: string | null
  /** The contact changed what it says, or took it back. */
  edited?: boolean
  revoked?: boolean
  message: Json
}

export interface Chat {
  items: ChatItem[]
  typing: boolean
}

export interface LogItem {
  no: number
  at: string
  kind: string
  level: 'ok' | 'warn' | 'fail'
  text: string
  ms?: number
}

export const answers = [
  'success',
  '131000',
  '130429',
  '131056',
  '190',
  'http_500',
  'http_429',
  'timeout',
  'garbage',
  'drop_after_accept',
] as const

export interface Settings {
  deliver_twice: boolean
  out_of_order: boolean
  read_at_once: boolean
  latency_ms: number
  answer: (typeof answers)[number]
}

export interface Uploaded {
  id: string
  mime_type: string
  sha256: string
  file_size: number
  filename: string
}

export type StreamEvent =
  | { kind: 'chat' | 'typing'; wa_id: string; phone_number_id: string }
  | { kind: 'log'; item: LogItem }
  | { kind: 'settings' | 'phones' | 'businesses' }

class SimError extends Error {}

async function ask<T>(path: string, init?: RequestInit): Promise<T> {
  const response = await fetch(`/_sim/${path}`, init)
  const body: unknown = await response.json().catch(() => ({}))
  if (!response.ok) {
    const said = (body as { error?: { message?: string } }).error?.message
    throw new SimError(said ?? `${response.status} ${response.statusText}`)
  }
  return body as T
}

const json = (method: string, body: unknown): RequestInit => ({
  method,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
})

const chatPath = (wa_id: string, number: string) =>
  `phones/${encodeURIComponent(wa_id)}/chats/${encodeURIComponent(number)}`

/** All numbers of all businesses. */
export async function numbers(): Promise<BusinessNumber[]> {
  const { businesses } = await ask<{ businesses: { numbers: BusinessNumber[] }[] }>('businesses')
  return businesses.flatMap(business => business.numbers)
}

export const owners = async () => (await ask<{ phones: Owner[] }>('phones')).phones
export const addOwner = (owner: Partial<Owner>) => ask<Owner>('phones', json('POST', owner))
export const chat = (wa_id: string, number: string) => ask<Chat>(chatPath(wa_id, number))
export const markRead = (wa_id: string, number: string) => ask(`${chatPath(wa_id, number)}/read`, json('POST', {}))
export const settings = () => ask<Settings>('settings')
export const change = (part: Partial<Settings>) => ask<Settings>('settings', json('PUT', part))
export const log = async (limit: number) => (await ask<{ items: LogItem[] }>(`log?limit=${limit}`)).items

export const inbound = (owner: Owner, number: string, message: Json) =>
  ask<{ wamid: string }>(
    'inbound',
    json('POST', { phone_number_id: number, from: owner.wa_id, name: owner.name, message }),
  )

export function upload(wa_id: string, file: File) {
  const body = new FormData()
  body.append('file', file, file.name)
  return ask<Uploaded>(`phones/${encodeURIComponent(wa_id)}/media`, { method: 'POST', body })
}

/** One stream for the page. The browser reconnects by itself; `onOpen` is the moment to fetch everything again. */
export function listen(onEvent: (event: StreamEvent) => void, onOpen: () => void, onBroken: () => void) {
  const source = new EventSource('/_sim/stream')
  source.onopen = onOpen
  source.onerror = onBroken
  source.onmessage = ({ data }) => {
    try {
      onEvent(JSON.parse(String(data)) as StreamEvent)
    } catch {
      // A line we cannot read says nothing; the next one may.
    }
  }
  return () => source.close()
}
