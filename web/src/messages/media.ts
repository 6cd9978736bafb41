import { type Json, object, text } from './json'
import type { Header, Media } from './message'

/** Media on the wire; the simulator adds `_url`, and what it received it shows by id. */
export function mediaFromWire(part: Json): Media {
  const id = text(part.id)
  return {
    ...described(part),
    url: text(part._url) || (id ? `/_sim/media/${encodeURIComponent(id)}` : undefined),
    link: text(part.link) || undefined,
  }
}

/** Media as the engine keeps it: `source` when the bot sent it, Meta's id when the contact did. Only our own origin can be shown. */
export function mediaFromContent(content: Json): Media {
  const source = object(content.source)
  const id = text(source.stored) || text(content.id)
  return {
    ...described(content),
    url: id ? `/api/v1/media/${encodeURIComponent(id)}` : undefined,
    link: text(source.link) || undefined,
  }
}

/** The engine names a header by its key (`{"image": {"link": "…"}}`), the wire by a `type` beside it. */
export function headerFrom(value: unknown, media: (part: Json) => Media): Header | undefined {
  if (typeof value === 'string' && value) return { type: 'text', text: value }
  const part = object(value)
  const type = (['image', 'video', 'document'] as const).find(key => key in part)
  if (type) return { type, media: media(object(part[type])) }
  const shown = text(part.text)
  return shown ? { type: 'text', text: shown } : undefined
}

/** A header's media in the engine's form is its source alone. */
export const sourceFromContent = (source: Json): Media => mediaFromContent({ source })

function described(part: Json): Media {
  return {
    mime_type: text(part.mime_type) || undefined,
    caption: text(part.caption) || undefined,
    filename: text(part.filename) || undefined,
    voice: part.voice === true || undefined,
  }
}
