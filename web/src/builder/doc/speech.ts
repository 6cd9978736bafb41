/** Which components send messages that can quote, and which send plain text, where WhatsApp shows a link as a card. */
import type { FlowNode } from './definition'

const quoting = new Set([
  'question_text',
  'question_buttons',
  'question_list',
  'question_media',
  'media',
  'cta_url',
  'location_request',
  'llm_conversation',
  'handoff',
  'end',
])
const texting = new Set(['question_media', 'llm_conversation', 'handoff', 'end'])

/** As the engine has it: below a picture and above buttons a link never becomes a card. Nothing for a silent component. */
export function speech(node: FlowNode): { quotes: boolean; texts: boolean } | undefined {
  const isSet = node.quote === true || node.preview_url === true
  if (!quoting.has(node.type)) return isSet ? { quotes: false, texts: false } : undefined
  const hasButtons = node.wait !== false && (node.back_button !== undefined || node.skip_button !== undefined)
  const isPlain = node.type === 'question_text' && node.image === undefined && !hasButtons
  return { quotes: true, texts: isPlain || texting.has(node.type) }
}
