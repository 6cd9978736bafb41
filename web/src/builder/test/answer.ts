/** What the contact does in the chat, as a line of a flow test. */
import { type Json, object, text } from '../../messages/json'
import type { Choice } from '../../messages/message'
import type { Place } from '../../messages/places'

/** A tap or a pick as the bubbles report it: a Cloud API message. */
export function answerOf(message: Json): Record<string, unknown> {
  const interactive = object(message.interactive)
  const button = object(interactive.button_reply)
  if (button.title !== undefined) return { tap: text(button.title) }
  const row = object(interactive.list_reply)
  if (row.title !== undefined) return { pick: text(row.title) }
  const quick = object(message.button)
  return { tap: text(quick.text) }
}

export const listAnswer = (choice: Choice): Record<string, unknown> => ({ pick: choice.title })

export type TypedPlace = Record<'latitude' | 'longitude' | 'name' | 'address', string>

/** What was typed, when it is on earth. Coordinates may have a comma. */
export function placeOf({ latitude, longitude, name, address }: TypedPlace): Place | undefined {
  const degrees = (text: string, most: number) => {
    const number = text.trim() === '' ? Number.NaN : Number(text.trim().replace(',', '.'))
    return Math.abs(number) <= most ? number : undefined
  }
  const [north, east] = [degrees(latitude, 90), degrees(longitude, 180)]
  if (north === undefined || east === undefined) return undefined
  return {
    latitude: north,
    longitude: east,
    ...(name.trim() ? { name: name.trim() } : {}),
    ...(address.trim() ? { address: address.trim() } : {}),
  }
}
