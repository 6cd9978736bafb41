/**
 * WhatsApp's marks: *bold*, _italic_, ~strike~, `code`, ```mono```, and links. A mark counts only at the edge of a word,
 * closes on the same line, and has no space inside next to it; everything else stays as it was typed.
 */
export type Piece =
  | { kind: 'text'; text: string }
  | { kind: 'mono'; text: string; block: boolean }
  | { kind: 'link'; href: string; text: string }
  | { kind: 'bold' | 'italic' | 'strike'; pieces: Piece[] }

const marks = { '*': 'bold', _: 'italic', '~': 'strike' } as const
const link = /^(?:https?:\/\/|www\.)[^\s<>"]+/i
const trailing = /[.,;:!?'")\]}*_~]+$/
const wordly = /[\p{L}\p{N}]/u

export function parse(source: string): Piece[] {
  const pieces: Piece[] = []
  let plain = ''
  let at = 0
  const flush = () => {
    if (plain) pieces.push({ kind: 'text', text: plain })
    plain = ''
  }
  while (at < source.length) {
    const found = special(source, at)
    if (found) {
      flush()
      pieces.push(found.piece)
      at = found.end
    } else {
      plain += source[at]
      at += 1
    }
  }
  flush()
  return pieces
}

function special(source: string, at: number): { piece: Piece; end: number } | undefined {
  return mono(source, at) ?? marked(source, at) ?? linked(source, at)
}

function mono(source: string, at: number) {
  if (source.startsWith('```', at)) {
    const end = source.indexOf('```', at + 3)
    const text = end < 0 ? '' : source.slice(at + 3, end)
    if (text.trim()) return { piece: { kind: 'mono' as const, text, block: text.includes('\n') }, end: end + 3 }
  } else if (source[at] === '`') {
    const end = source.indexOf('`', at + 1)
    const text = end < 0 ? '' : source.slice(at + 1, end)
    if (text.trim() && !text.includes('\n'))
      return { piece: { kind: 'mono' as const, text, block: false }, end: end + 1 }
  }
  return undefined
}

function marked(source: string, at: number) {
  const mark = source[at] as keyof typeof marks
  const next = source[at + 1] ?? ' '
  if (!(mark in marks) || wordly.test(source[at - 1] ?? ' ') || /\s/.test(next) || next === mark) return undefined
  for (let end = source.indexOf(mark, at + 1); end > 0; end = source.indexOf(mark, end + 1)) {
    const inner = source.slice(at + 1, end)
    if (inner.includes('\n')) return undefined
    const closes = inner.length > 0 && !/\s$/.test(inner) && !wordly.test(source[end + 1] ?? ' ')
    if (closes) return { piece: { kind: marks[mark], pieces: parse(inner) }, end: end + 1 }
  }
  return undefined
}

function linked(source: string, at: number) {
  if (wordly.test(source[at - 1] ?? ' ')) return undefined
  const found = link.exec(source.slice(at))?.[0].replace(trailing, '')
  if (!found || !link.test(found)) return undefined
  const href = /^www\./i.test(found) ? `https://${found}` : found
  return { piece: { kind: 'link' as const, href, text: found }, end: at + found.length }
}

/** The text without its marks, for one-line previews. */
export function plain(source: string): string {
  const say = (piece: Piece): string => ('pieces' in piece ? piece.pieces.map(say).join('') : piece.text)
  return parse(source).map(say).join('').replace(/\s+/g, ' ').trim()
}
