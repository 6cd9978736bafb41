/** The colour scheme: what the person chose, where it is kept, and how it reaches the page. `first-paint.js` does the same before the first paint. */
export type Scheme = 'light' | 'dark' | 'auto'

const key = 'chasqui.theme'
const attribute = 'data-mantine-color-scheme'
const system = () => matchMedia('(prefers-color-scheme: dark)')

export function chosenScheme(): Scheme {
  const asked = new URLSearchParams(location.search).get('theme')
  const kept = asked ?? localStorage.getItem(key)
  return kept === 'light' || kept === 'dark' ? kept : 'auto'
}

export function keepScheme(scheme: Scheme) {
  localStorage.setItem(key, scheme)
  const address = new URL(location.href)
  if (!address.searchParams.has('theme')) return
  address.searchParams.delete('theme')
  history.replaceState(history.state, '', address)
}

export function isDark(scheme: Scheme = chosenScheme()): boolean {
  return scheme === 'auto' ? system().matches : scheme === 'dark'
}

export function paintScheme(scheme: Scheme) {
  document.documentElement.setAttribute(attribute, isDark(scheme) ? 'dark' : 'light')
}

/** Follows the system while nothing else was chosen. */
export function followSystem() {
  system().addEventListener('change', () => chosenScheme() === 'auto' && paintScheme('auto'))
}
