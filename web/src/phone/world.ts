import { useCallback, useEffect, useRef, useState } from 'react'
import * as sim from './sim'

/** What the whole page shares: numbers, contacts, settings, the log, and whether the stream is up. */
export interface World {
  reached: boolean
  live: boolean
  numbers: sim.BusinessNumber[]
  owners: sim.Owner[]
  settings?: sim.Settings
  log: sim.LogItem[]
}

type Listener = (event: sim.StreamEvent | { kind: 'again' }) => void
const listeners = new Set<Listener>()

/** Hears the simulator's events; `again` means that some may have been missed. */
export function useEvents(listener: Listener) {
  const latest = useRef(listener)
  useEffect(() => {
    latest.current = listener
  })
  useEffect(() => {
    const hear: Listener = event => latest.current(event)
    listeners.add(hear)
    return () => void listeners.delete(hear)
  }, [])
}

const logLength = 200

export function useWorld() {
  const [world, setWorld] = useState<World>({ reached: false, live: false, numbers: [], owners: [], log: [] })
  const put = useCallback((part: Partial<World>) => setWorld(old => ({ ...old, ...part })), [])

  const refresh = useCallback(async () => {
    const [numbers, owners, settings, log] = await Promise.all([
      sim.numbers(),
      sim.owners(),
      sim.settings(),
      sim.log(logLength),
    ])
    put({ reached: true, numbers, owners, settings, log })
  }, [put])

  useEffect(() => {
    const quietly = () => void refresh().catch(() => put({ live: false }))
    quietly()
    return sim.listen(
      event => {
        for (const listener of listeners) listener(event)
        if (event.kind === 'log') {
          setWorld(old =>
            old.log.some(item => item.no === event.item.no)
              ? old
              : { ...old, log: [event.item, ...old.log].slice(0, logLength) },
          )
        } else if (event.kind !== 'chat' && event.kind !== 'typing') {
          quietly()
        }
      },
      () => {
        put({ live: true })
        quietly()
        for (const listener of listeners) listener({ kind: 'again' })
      },
      () => put({ live: false }),
    )
  }, [put, refresh])

  const change = useCallback(
    async (part: Partial<sim.Settings>) => {
      setWorld(old => (old.settings ? { ...old, settings: { ...old.settings, ...part } } : old))
      put({ settings: await sim.change(part) })
    },
    [put],
  )
  const addOwner = useCallback(async (owner: Partial<sim.Owner>) => {
    const added = await sim.addOwner(owner)
    setWorld(old => ({ ...old, owners: [...old.owners.filter(one => one.wa_id !== added.wa_id), added] }))
    return added
  }, [])
  return { world, change, addOwner }
}
