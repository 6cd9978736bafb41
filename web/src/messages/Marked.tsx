import { type Piece, parse } from './markup'
import css from './messages.module.css'

/** Text with WhatsApp's marks, as React nodes. */
export function Marked({ text }: { text: string }) {
  return (
    <span className={css.text} dir="auto">
      {parse(text).map(show)}
    </span>
  )
}

function show(piece: Piece, index: number) {
  switch (piece.kind) {
    case 'text':
      return piece.text
    case 'mono':
      return (
        <code key={index} className={piece.block ? css.block : css.code}>
          {piece.text}
        </code>
      )
    case 'link':
      return (
        <a key={index} href={piece.href} target="_blank" rel="noopener noreferrer">
          {piece.text}
        </a>
      )
    case 'bold':
      return <strong key={index}>{piece.pieces.map(show)}</strong>
    case 'italic':
      return <em key={index}>{piece.pieces.map(show)}</em>
    case 'strike':
      return <s key={index}>{piece.pieces.map(show)}</s>
  }
}
