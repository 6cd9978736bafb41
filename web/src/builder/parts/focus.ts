import { useLayoutEffect } from 'react'

/** Gives the focus back to what had it, when this goes and nobody else has taken it; or to a field where that is gone too. */
export function useReturn(instead?: string) {
  useLayoutEffect(() => {
    const opener = document.activeElement
    return () => {
      requestAnimationFrame(() => {
        if (document.activeElement !== document.body) return
        const there = opener instanceof HTMLElement && opener.isConnected && opener !== document.body
        const place = there ? opener : instead && document.querySelector<HTMLElement>(instead)
        if (place) place.focus({ preventScroll: true })
      })
    }
  }, [instead])
}
