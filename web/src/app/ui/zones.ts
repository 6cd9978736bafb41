/** The time zones that this browser knows, and whatever is saved. */
export function zones(saved: string | null) {
  const known = Intl.supportedValuesOf('timeZone')
  return saved && !known.includes(saved) ? [saved, ...known] : known
}
