import { useCallback, useEffect, useState } from 'react'
import type { BusinessNumber, Owner } from './sim'

/** Which phones stand on the page, and which number each one has open. The rest is on the simulator. */
export interface Shown {
  wa_id: string
  number?: string
}

const key = 'chasqui.phones'

function kept(): Shown[] {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(value) ? value.filter(one => typeof one?.wa_id === 'string') : []
  } catch {
    return []
  }
}

export function useShown() {
  const [shown, setShown] = useState(kept)
  useEffect(() => localStorage.setItem(key, JSON.stringify(shown)), [shown])
  const show = useCallback(
    (wa_id: string) => setShown(old => (old.some(one => one.wa_id === wa_id) ? old : [...old, { wa_id }])),
    [],
  )
  const hide = useCallback((wa_id: string) => setShown(old => old.filter(one => one.wa_id !== wa_id)), [])
  const open = useCallback(
    (wa_id: string, number: string) => setShown(old => old.map(one => (one.wa_id === wa_id ? { wa_id, number } : one))),
    [],
  )
  return { shown, show, hide, open }
}

/** The phones that still exist, with a number that still exists. */
export function present(shown: Shown[], owners: Owner[], numbers: BusinessNumber[]) {
  return shown.flatMap(one => {
    const owner = owners.find(owner => owner.wa_id === one.wa_id)
    const number = numbers.find(number => number.id === one.number) ?? numbers[0]
    return owner ? [{ owner, number }] : []
  })
}
