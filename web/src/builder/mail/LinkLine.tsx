import type { Editor } from '@tiptap/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import inspector from '../inspector/inspector.module.css'
import css from './mail.module.css'

/** Where the chosen words lead. */
export function LinkLine({ editor, onDone }: { editor: Editor; onDone: () => void }) {
  const { t } = useTranslation('builder')
  const known = editor.getAttributes('link').href as string | undefined
  const [address, setAddress] = useState(known ?? '')
  const leave = () => {
    onDone()
    editor.commands.focus()
  }
  const set = () => {
    const href = whole(address)
    if (!href) return leave()
    const chain = editor.chain().focus().extendMarkRange('link')
    const { empty } = editor.state.selection
    // With nothing chosen, the address is what is read.
    if (empty && !known) {
      chain.insertContent({ type: 'text', text: address.trim(), marks: [{ type: 'link', attrs: { href } }] }).run()
    } else chain.setLink({ href }).run()
    onDone()
  }
  return (
    <div className={css.link}>
      <input
        className={inspector.input}
        // biome-ignore lint/a11y/noAutofocus: it was asked for.
        autoFocus
        aria-label={t('email.address')}
        placeholder="https://example.com/{order}"
        value={address}
        spellCheck={false}
        onChange={({ target }) => setAddress(target.value)}
        onKeyDown={event => {
          if (event.key === 'Enter') {
            event.preventDefault()
            set()
          } else if (event.key === 'Escape') {
            event.stopPropagation()
            leave()
          }
        }}
      />
      <button type="button" className={inspector.tool} onClick={set}>
        {t('email.set_link')}
      </button>
      {known && (
        <button
          type="button"
          className={inspector.tool}
          onClick={() => {
            editor.chain().focus().extendMarkRange('link').unsetLink().run()
            onDone()
          }}
        >
          {t('email.unlink')}
        </button>
      )}
    </div>
  )
}

/** An address as links need it: with its scheme, unless a variable holds it. */
export function whole(text: string): string {
  const address = text.trim()
  if (address === '' || /^(https?:|mailto:|tel:|\{)/i.test(address)) return address
  return /^[^\s@/]+@[^\s@/]+$/.test(address) ? `mailto:${address}` : `https://${address}`
}
