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
const link = /(?:https?:\/\/|www\.)[^\s<>"]+/iy
const trailing = /[.,;:!?'")\]}*_~]+$/
const wordly = /[\p{L}\p{N}]/u

export function parse(source: string): Piece[] {
  return new Reader(source).read()
}

interface Found {
  piece: Piece
  end: number
}

class Reader {
  /** Up to where a mark is known to have nothing that closes it, so that it is not looked for again and again. */
  private readonly unclosed: Record<string, number> = {}

  constructor(private readonly source: string) {}

  read(): Piece[] {
    const pieces: Piece[] = []
    let from = 0
    let at = 0
    const flush = () => {
      if (from < at) pieces.push({ kind: 'text', text: this.source.slice(from, at) })
    }
    while (at < this.source.length) {
      const found = this.mono(at) ?? this.marked(at) ?? this.linked(at)
      if (found) {
        flush()
        pieces.push(found.piece)
        at = found.end
        from = at
      } else {
        at += 1
      }
    }
    flush()
    return pieces
  }

  private mono(at: number): Found | undefined {
    if (this.source[at] !== '`') return undefined
    return this.fenced(at, '```', true) ?? this.fenced(at, '`', false)
  }

  private fenced(at: number, fence: string, lines: boolean): Found | undefined {
    if (!this.source.startsWith(fence, at) || at < (this.unclosed[fence] ?? 0)) return undefined
    const end = this.source.indexOf(fence, at + fence.length)
    if (end < 0) {
      this.unclosed[fence] = this.source.length
      return undefined
    }
    const text = this.source.slice(at + fence.length, end)
    const block = text.includes('\n')
    if (!text.trim() || (block && !lines)) return undefined
    return { piece: { kind: 'mono', text, block }, end: end + fence.length }
  }

  private marked(at: number): Found | undefined {
    const mark = this.source[at] as keyof typeof marks
    if (!(mark in marks) || at < (this.unclosed[mark] ?? 0) || this.isWordly(at - 1)) return undefined
    const next = this.source[at + 1] ?? ' '
    if (/\s/.test(next) || next === mark) return undefined
    for (let end = at + 1; end < this.source.length && this.source[end] !== '\n'; end++) {
      if (this.source[end] !== mark || /\s/.test(this.source[end - 1]!) || this.isWordly(end + 1)) continue
      return { piece: { kind: marks[mark], pieces: parse(this.source.slice(at + 1, end)) }, end: end + 1 }
    }
    const line = this.source.indexOf('\n', at)
    this.unclosed[mark] = line < 0 ? this.source.length : line
    return undefined
  }

  private linked(at: number): Found | undefined {
    if (this.isWordly(at - 1)) return undefined
    link.lastIndex = at
    const text = link.exec(this.source)?.[0].replace(trailing, '')
    if (!text || !/\/\/.|\../.test(text)) return undefined
    const href = /^www\./i.test(text) ? `https://${text}` : text
    return { piece: { kind: 'link', href, text }, end: at + text.length }
  }

  private isWordly(at: number): boolean {
    return wordly.test(this.source[at] ?? ' ')
  }
}

/** The text without its marks, for one-line previews. */
export function plain(source: string): string {
  const say = (piece: Piece): string => ('pieces' in piece ? piece.pieces.map(say).join('') : piece.text)
  return parse(source).map(say).join('').replace(/\s+/g, ' ').trim()
}
