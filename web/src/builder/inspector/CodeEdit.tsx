/** An editor for Python (CodeMirror). Loaded on its own, when a node with code is opened. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { python } from '@codemirror/lang-python'
import { bracketMatching, indentOnInput, indentUnit, syntaxHighlighting } from '@codemirror/language'
import { Compartment, EditorState, StateEffect, StateField } from '@codemirror/state'
import { Decoration, type DecorationSet, EditorView, keymap, lineNumbers } from '@codemirror/view'
import { classHighlighter } from '@lezer/highlight'
import { useEffect, useRef } from 'react'
import { styleNonce } from '../../look/nonce'
import css from './CodeEdit.module.css'

interface Props {
  value: string
  label: string
  /** The numbers of the lines with a problem. */
  wrong: string
  readOnly: boolean
  onChange: (value: string) => void
}

const mark = StateEffect.define<number[]>()
const line = Decoration.line({ class: css.wrong! })

/** The lines with a problem move with the text around them until others are named. */
const marked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lines, change) {
    for (const effect of change.effects) {
      if (!effect.is(mark)) continue
      const { doc } = change.state
      const known = effect.value.filter(number => number >= 1 && number <= doc.lines)
      return Decoration.set(
        known.map(number => line.range(doc.line(number).from)),
        true,
      )
    }
    return lines.map(change.changes)
  },
  provide: field => EditorView.decorations.from(field),
})

const access = new Compartment()
const locked = (readOnly: boolean) => [EditorState.readOnly.of(readOnly), EditorView.editable.of(!readOnly)]

export default function CodeEdit({ value, label, wrong, readOnly, onChange }: Props) {
  const place = useRef<HTMLDivElement>(null)
  const view = useRef<EditorView | null>(null)
  const change = useRef(onChange)
  change.current = onChange
  // The editor is made once; what changes outside comes to it by the effects below.
  const first = useRef({ value, label, readOnly })

  useEffect(() => {
    const { value, label, readOnly } = first.current
    const editor = new EditorView({
      parent: place.current!,
      doc: value,
      extensions: [
        lineNumbers(),
        history(),
        python(),
        indentUnit.of('    '),
        indentOnInput(),
        bracketMatching(),
        syntaxHighlighting(classHighlighter),
        marked,
        access.of(locked(readOnly)),
        keymap.of([...defaultKeymap, ...historyKeymap, indentWithTab]),
        EditorView.cspNonce.of(styleNonce()),
        EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
        EditorView.updateListener.of(update => {
          if (update.docChanged) change.current(update.state.doc.toString())
        }),
      ],
    })
    view.current = editor
    return () => {
      editor.destroy()
      view.current = null
    }
  }, [])

  useEffect(() => {
    const editor = view.current
    if (!editor || editor.state.doc.toString() === value) return
    editor.dispatch({ changes: { from: 0, to: editor.state.doc.length, insert: value } })
  }, [value])

  useEffect(() => {
    view.current?.dispatch({ effects: mark.of(wrong.split(' ').filter(Boolean).map(Number)) })
  }, [wrong])

  useEffect(() => {
    view.current?.dispatch({ effects: access.reconfigure(locked(readOnly)) })
  }, [readOnly])

  return <div ref={place} className={css.editor} />
}
