/** What the contact does in the chat, as a line of a flow test. */
import { type Json, object, text } from '../../messages/json'
import type { Choice } from '../../messages/message'

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
