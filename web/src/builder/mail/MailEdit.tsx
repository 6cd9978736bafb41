/** The editor for the text of an e-mail (Tiptap). Loaded on its own, when a node with such a text is opened. */
import { Editor } from '@tiptap/core'
import { Plugin } from '@tiptap/pm/state'
import { Decoration, DecorationSet } from '@tiptap/pm/view'
import { useEffect, useId, useReducer, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { isKnown, pieces } from '../doc/variables'
import { useFindings, useNode } from '../inspector/field'
import inspector from '../inspector/inspector.module.css'
import { useVariables } from '../inspector/useVariables'
import { useVariableList, VariableList } from '../inspector/VariableList'
import { extensions } from './extensions'
import { fromEditor, toEditor } from './html'
import { MailTools } from './MailTools'
import css from './mail.module.css'

interface Props {
  path: string
  /** As the bot file holds it. */
  value: string
  onChange: (value: string) => void
  onSource: () => void
}

/** What is being typed after an open brace. */
const opened = /\{\{?\s*([\w.[\]]*)$/

export default function MailEdit({ path, value, onChange, onSource }: Props) {
  const { t } = useTranslation('builder')
  const { readOnly } = useNode()
  const findings = useFindings(path)
  const known = useVariables()
  const place = useRef<HTMLDivElement>(null)
  const list = useId()
  const [editor, setEditor] = useState<Editor>()
  const [, drawAgain] = useReducer((count: number) => count + 1, 0)
  const [query, setQuery] = useState<string>()
  const [at, setAt] = useState(0)
  const variables = useVariableList(query)
  const open = query !== undefined && variables.length > 0

  const choose = (name: string) => {
    if (!editor) return
    const typed = beforeCaret(editor).match(opened)
    const { from } = editor.state.selection
    const text = typed?.[0].startsWith('{{') ? `{{${name}}}` : `{${name}}`
    setQuery(undefined)
    editor
      .chain()
      .focus()
      .insertContentAt({ from: from - (typed?.[0].length ?? 0), to: from }, { type: 'variable', attrs: { text } })
      .run()
  }
  const onKey = (event: KeyboardEvent): boolean => {
    if (event.isComposing || query === undefined) return false
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (event.key === 'Escape') {
      event.stopPropagation()
      setQuery(undefined)
    } else if (open && step) setAt((at + step + variables.length) % variables.length)
    else if (open && (event.key === 'Enter' || event.key === 'Tab')) choose(variables[at]!.name)
    else return false
    event.preventDefault()
    return true
  }
  // The editor is made once; what changes comes to it by these and by the effects below.
  const hands = useRef({ onChange, onKey, known })
  hands.current = { onChange, onKey, known }
  const held = useRef(value)
  const first = useRef({ value, readOnly })

  useEffect(() => {
    const made = new Editor({
      element: place.current!,
      extensions,
      content: toEditor(first.current.value),
      editable: !first.current.readOnly,
      injectCSS: false,
      editorProps: { handleKeyDown: (_, event) => hands.current.onKey(event) },
      onTransaction: drawAgain,
      onUpdate({ editor }) {
        const typed = beforeCaret(editor).match(opened)
        setQuery(typed?.[1])
        setAt(0)
        const html = fromEditor(editor.getHTML())
        if (html === held.current) return
        held.current = html
        hands.current.onChange(html)
      },
      onBlur: () => setQuery(undefined),
    })
    made.registerPlugin(chips(path => isKnown(path, hands.current.known)))
    setEditor(made)
    return () => made.destroy()
  }, [])

  // Undone, or changed by somebody else.
  useEffect(() => {
    if (!editor || value === held.current) return
    held.current = value
    editor.commands.setContent(toEditor(value), { emitUpdate: false })
  }, [editor, value])
  useEffect(() => {
    editor?.setEditable(!readOnly, false)
  }, [editor, readOnly])
  // biome-ignore lint/correctness/useExhaustiveDependencies: another variable is known.
  useEffect(() => {
    editor?.view.dispatch(editor.state.tr)
  }, [editor, known])

  const wrong = findings.some(({ severity }) => severity === 'error')
  useEffect(() => {
    const said: Record<string, string | undefined> = {
      role: 'textbox',
      'aria-multiline': 'true',
      'aria-labelledby': `label-${path}`,
      'aria-invalid': wrong ? 'true' : undefined,
      'aria-describedby': findings.length > 0 ? `wrong-${path}` : undefined,
      'aria-controls': open ? list : undefined,
      'aria-activedescendant': open ? `${list}-${at}` : undefined,
    }
    for (const [name, text] of Object.entries(said)) {
      if (text === undefined) editor?.view.dom.removeAttribute(name)
      else editor?.view.dom.setAttribute(name, text)
    }
  }, [editor, path, wrong, findings.length, open, list, at])

  return (
    <div className={`${inspector.edit} ${css.mail}`}>
      {editor && !readOnly && (
        <MailTools
          editor={editor}
          onVariable={() => {
            editor.commands.focus()
            setQuery('')
            setAt(0)
          }}
          onSource={onSource}
        />
      )}
      <div ref={place} className={css.text} />
      {open && <VariableList id={list} items={variables} at={at} onChoose={choose} label={t('fields.variables')} />}
    </div>
  )
}

function beforeCaret({ state }: Editor): string {
  const { $from, empty } = state.selection
  return empty ? $from.parent.textBetween(0, $from.parentOffset, undefined, '\ufffc') : ''
}

/** Draws variables as chips; one that nothing makes is amber. */
const chips = (isKnown: (path: string) => boolean) =>
  new Plugin({
    props: {
      decorations({ doc }) {
        const found: Decoration[] = []
        doc.descendants((node, at) => {
          if (node.type.name !== 'variable') return
          const path = pieces(String(node.attrs.text))[0]?.path
          const look = path && isKnown(path) ? inspector.chip : inspector.stranger
          found.push(Decoration.node(at, at + node.nodeSize, { class: look! }))
        })
        return DecorationSet.create(doc, found)
      },
    },
  })
