import { createContext, useContext } from 'react'
import type { Json } from './json'
import type { Choice, Of } from './message'

/** Where a message is shown, and what can be done with it there. */
export interface Surface {
  place: 'phone' | 'transcript'
  /** The label that the contact tapped. */
  chosen?: string | null
  /** Sends the contact's answer (a Cloud API message without its frame). */
  answer?(message: Json): void
  openList?(list: Of<'list'>): void
  openPlaces?(): void
}

export const SurfaceContext = createContext<Surface>({ place: 'transcript' })
export const useSurface = () => useContext(SurfaceContext)

export const buttonReply = ({ id, title }: Choice): Json => ({
  type: 'interactive',
  interactive: { type: 'button_reply', button_reply: { id, title } },
})

export const listReply = ({ id, title, description }: Choice): Json => ({
  type: 'interactive',
  interactive: { type: 'list_reply', list_reply: { id, title, ...(description ? { description } : {}) } },
})

export const quickReply = (payload: string, text: string): Json => ({ type: 'button', button: { payload, text } })
