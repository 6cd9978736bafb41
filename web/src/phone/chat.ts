import { useCallback, useEffect, useRef, useState } from 'react'
import type { Json } from '../messages/json'
import * as sim from './sim'
import { useEvents } from './world'

const typingLasts = 25_000

/** One contact's chat with one number: what is in it, and sending into it. */
export function useChat(owner: sim.Owner, number: string | undefined) {
  const [items, setItems] = useState<sim.ChatItem[]>()
  const [sending, setSending] = useState<sim.ChatItem[]>([])
  const [typing, setTyping] = useState(false)
  const [trouble, setTrouble] = useState<string>()
  const busy = useRef<'no' | 'yes' | 'again'>('no')

  const fetchChat = useCallback(async () => {
    if (!number) return
    if (busy.current !== 'no') {
      busy.current = 'again'
      return
    }
    do {
      busy.current = 'yes'
      try {
        const chat = await sim.chat(owner.wa_id, number)
        setItems(chat.items)
        setTyping(chat.typing)
        const known = new Set(chat.items.map(item => item.id))
        setSending(old => (old.length > 0 ? old.filter(item => !known.has(item.id)) : old))
      } catch (error) {
        setTrouble(String((error as Error).message))
      }
    } while ((busy.current as string) === 'again')
    busy.current = 'no'
  }, [owner.wa_id, number])

  useEffect(() => {
    setItems(undefined)
    void fetchChat()
  }, [fetchChat])

  useEvents(event => {
    if (event.kind === 'again') void fetchChat()
    if (event.kind !== 'chat' && event.kind !== 'typing') return
    if (event.wa_id !== owner.wa_id || event.phone_number_id !== number) return
    if (event.kind === 'typing') setTyping(true)
    void fetchChat()
  })

  useEffect(() => {
    if (!typing) return
    const over = setTimeout(() => setTyping(false), typingLasts)
    return () => clearTimeout(over)
  }, [typing])

  const send = useCallback(
    async (message: Json): Promise<boolean> => {
      if (!number) return false
      setTrouble(undefined)
      const draft = echo(message)
      setSending(old => [...old, draft])
      try {
        const { wamid } = await sim.inbound(owner, number, message)
        setSending(old => old.map(item => (item.id === draft.id ? { ...item, id: wamid } : item)))
        void fetchChat()
        return true
      } catch (error) {
        setSending(old => old.filter(item => item.id !== draft.id))
        setTrouble((error as Error).message)
        return false
      }
    },
    [owner, number, fetchChat],
  )

  const waiting = sending.filter(item => item.message.type !== 'reaction' && !items?.some(one => one.id === item.id))
  return { items: items && [...items, ...waiting], typing, trouble, setTrouble, send }
}

let drafts = 0

/** What was just typed is shown before the simulator has said that it took it. */
function echo(message: Json): sim.ChatItem {
  drafts += 1
  const context = message.context as { id?: string } | undefined
  return {
    id: `draft-${drafts}`,
    direction: 'in',
    at: new Date().toISOString(),
    status: 'pending',
    reply_to: context?.id ?? null,
    reaction: null,
    message,
  }
}
