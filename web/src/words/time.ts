/** Times as people say them: relative to a day, then the date. `now` is an argument so that pages can tick. */
export interface Clock {
  locale: string
  now: number
}

/** The reader's own habits within the language of the page: "1 December" or "December 1". */
const localeOf = (language: string) =>
  navigator.languages.find(tag => tag.startsWith(language)) ?? (language === 'en' ? 'en-GB' : language)

const format = (at: string | number, language: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat(localeOf(language), options).format(new Date(at))

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

export const clockTime = (at: string | number, language: string) =>
  format(at, language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' })

export const clockSeconds = (at: string | number, language: string) =>
  format(at, language, { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' })

export const exactTime = (at: string | number, language: string) =>
  format(at, language, { dateStyle: 'long', timeStyle: 'medium' })

export const sameDay = (a: string | number, b: string | number) =>
  new Date(a).toDateString() === new Date(b).toDateString()

/** "6 June", with the year when it is not this one. */
export function date(at: string | number, { locale, now }: Clock) {
  const year = new Date(at).getFullYear() === new Date(now).getFullYear() ? undefined : ('numeric' as const)
  return format(at, locale, { day: 'numeric', month: 'long', year })
}

/** What a time ago is called: `just_now`, or a number of a unit, or `date` when it is more than a day. */
export function ago(
  at: string | number,
  now: number,
): { key: 'just_now' | 'seconds' | 'minutes' | 'hours' | 'date'; count: number } {
  const past = Math.max(0, now - new Date(at).getTime())
  if (past < 10_000) return { key: 'just_now', count: 0 }
  if (past < minute) return { key: 'seconds', count: Math.floor(past / 10_000) * 10 }
  if (past < hour) return { key: 'minutes', count: Math.floor(past / minute) }
  if (past < day) return { key: 'hours', count: Math.floor(past / hour) }
  return { key: 'date', count: 0 }
}

/** How a list of messages names a day. */
export function dayName(at: string | number, clock: Clock, words: { today: string; yesterday: string }) {
  if (sameDay(at, clock.now)) return words.today
  if (sameDay(new Date(at).getTime() + day, clock.now)) return words.yesterday
  return date(at, clock)
}

/** Whole days from now, never negative. */
export const daysUntil = (at: string | number, now: number) =>
  Math.max(0, Math.floor((new Date(at).getTime() - now) / day))

/** Time left as hours and minutes. */
export function left(at: string | number, now: number) {
  const rest = Math.max(0, new Date(at).getTime() - now)
  return { hours: Math.floor(rest / hour), minutes: Math.floor((rest % hour) / minute) }
}
