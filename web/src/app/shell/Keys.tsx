import { useNavigate } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useState } from 'react'
import { isCommand } from '../ui/typing'
import { places } from './places'

const patience = 1200
const KeysList = lazy(() => import('./KeysList'))

/** `g` and a letter goes to a page, `/` searches, `?` lists the keys. */
export function Keys() {
  const navigate = useNavigate()
  const [open, setOpen] = useState(false)
  const [asked, setAsked] = useState(false)
  useEffect(() => {
    let pressed = 0
    // biome-ignore lint/complexity/noExcessiveCognitiveComplexity: every key has one branch.
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || !isCommand(event)) return
      // A dialog has keys of its own.
      if (document.querySelector('[role="dialog"][aria-modal="true"], [role="menu"]')) return
      const going = event.timeStamp - pressed < patience
      pressed = 0
      const place = going ? places.find(({ key }) => key === event.key) : undefined
      if (place) void navigate({ to: place.to })
      else if (event.key === 'g') pressed = event.timeStamp
      else if (event.key === '?') {
        setAsked(true)
        setOpen(true)
      } else if (event.key === '/') {
        const field = document.querySelector<HTMLInputElement>('input[data-search]')
        if (!field) return
        event.preventDefault()
        field.focus()
        field.select()
      }
    }
    addEventListener('keydown', onKey)
    return () => removeEventListener('keydown', onKey)
  }, [navigate])
  return <Suspense fallback={null}>{asked && <KeysList opened={open} onClose={() => setOpen(false)} />}</Suspense>
}
