// Sets the colour scheme before the first paint: ?theme=light|dark for this visit, else what was chosen, else the system's.
;(() => {
  const root = document.documentElement
  let wanted = new URLSearchParams(location.search).get('theme')
  try {
    wanted ??= localStorage.getItem('chasqui.theme')
  } catch {}
  const forced = wanted === 'light' || wanted === 'dark'
  const dark = forced ? wanted === 'dark' : matchMedia('(prefers-color-scheme: dark)').matches
  root.setAttribute('data-mantine-color-scheme', dark ? 'dark' : 'light')
})()
