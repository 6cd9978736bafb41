/** Messages in the engine's form, as the preview shows them. */
import { isUploaded } from '../../files/upload'
import type { Json } from '../../messages/json'

/** Where a file is: an address, or one that was uploaded. */
const source = (text: string): Json => (isUploaded(text) ? { stored: text.trim() } : { link: text })

export const textMessage = (body: string): Json => ({ type: 'text', body })

export const mediaMessage = (kind: string, link: string, caption?: string, filename?: string): Json => ({
  type: kind,
  source: source(link),
  caption,
  filename,
})

export const imageMessage = (link: string, caption?: string): Json => mediaMessage('image', link, caption)

interface Frame {
  image?: unknown
  header?: string
  footer?: string
}

const framed = ({ image, header, footer }: Frame) => ({
  header: image ? { image: source(String(image)) } : header ? header : undefined,
  footer,
})

/** Labels are cut as they are when they are sent. */
export const buttonsMessage = (body: string, labels: string[], frame: Frame = {}): Json => ({
  type: 'buttons',
  ...framed(frame),
  body,
  buttons: labels.map((label, index) => ({ id: `${index}`, title: shorten(label, 20) })),
})

export const listMessage = (
  body: string,
  button: string,
  sections: { title?: string; rows: { id: string; title: string; description?: string }[] }[],
  frame: Frame = {},
): Json => ({
  type: 'list',
  ...framed(frame),
  body,
  button: shorten(button, 20),
  sections: sections.map(section => ({
    ...section,
    rows: section.rows.map(row => ({ ...row, title: shorten(row.title, 24) })),
  })),
})

export function shorten(text: string, longest: number): string {
  const letters = [...text]
  return letters.length <= longest
    ? text
    : `${letters
        .slice(0, longest - 1)
        .join('')
        .trimEnd()}…`
}
