/** Remembers the row of a list in which the focus is: once it is gone, the next one has it, or the one before. */
export function neighbour(): () => void {
  const row = document.activeElement?.closest('tr, li, article')
  const next = row?.nextElementSibling
  const before = row?.previousElementSibling
  return () => {
    const found = [next, before].find(one => one?.isConnected)
    const button = found?.querySelector<HTMLElement>('button:not(:disabled), a[href]')
    const place = button ?? document.querySelector<HTMLElement>('#main')
    // After the dialog has given the focus back to what opened it, which is gone.
    setTimeout(() => document.activeElement === document.body && place?.focus({ preventScroll: true }), 300)
  }
}
