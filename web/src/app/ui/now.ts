import { useSyncExternalStore } from 'react'
import { useTranslation } from 'react-i18next'
import { ago, date, exactTime } from '../../words/time'

const every = 5000
let now = Date.now()
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | undefined

function subscribe(listener: () => void) {
  listeners.add(listener)
  now = Date.now()
  timer ??= setInterval(() => {
    now = Date.now()
    for (const one of listeners) one()
  }, every)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0) return
    clearInterval(timer)
    timer = undefined
  }
}

/** The time, as one clock that ticks for the whole page. */
export const useNow = () => useSyncExternalStore(subscribe, () => now)

/** As it stands inside a sentence. */
export const lowered = (words: string) => words.charAt(0).toLowerCase() + words.slice(1)

/** Says when something happened: relative to a day, then the date. */
export function useAgo() {
  const { t, i18n } = useTranslation('app')
  const now = useNow()
  return (at: string | number) => {
    const { key, count } = ago(at, now)
    const exact = exactTime(at, i18n.language)
    return { exact, words: key === 'date' ? date(at, { locale: i18n.language, now }) : t(`ago.${key}`, { count }) }
  }
}
