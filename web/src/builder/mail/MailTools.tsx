import {
  IconBold,
  IconBraces,
  IconCode,
  IconItalic,
  IconLink,
  IconList,
  IconListNumbers,
  type TablerIcon,
} from '@tabler/icons-react'
import type { Editor } from '@tiptap/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import inspector from '../inspector/inspector.module.css'
import { LinkLine } from './LinkLine'
import css from './mail.module.css'

interface Props {
  editor: Editor
  onVariable: () => void
  onSource: () => void
}

const levels = [1, 2, 3] as const

/** What can be done with the text that is chosen. */
export function MailTools({ editor, onVariable, onSource }: Props) {
  const { t } = useTranslation('builder')
  const [linking, setLinking] = useState(false)
  const level = levels.find(level => editor.isActive('heading', { level }))
  const style = (chosen: string) => {
    const wanted = levels.find(level => String(level) === chosen)
    const chain = editor.chain().focus()
    if (wanted) chain.setHeading({ level: wanted }).run()
    else chain.setParagraph().run()
  }
  return (
    <>
      <div className={css.tools} role="toolbar" aria-label={t('email.tools')}>
        <select
          className={css.style}
          aria-label={t('email.style')}
          value={level ?? ''}
          onChange={({ target }) => style(target.value)}
        >
          <option value="">{t('email.plain')}</option>
          {levels.map(level => (
            <option key={level} value={level}>
              {t('email.heading', { level })}
            </option>
          ))}
        </select>
        <Tool
          icon={IconBold}
          label={t('email.bold')}
          pressed={editor.isActive('bold')}
          onClick={() => editor.chain().focus().toggleBold().run()}
        />
        <Tool
          icon={IconItalic}
          label={t('email.italic')}
          pressed={editor.isActive('italic')}
          onClick={() => editor.chain().focus().toggleItalic().run()}
        />
        <Tool
          icon={IconLink}
          label={t('email.link')}
          pressed={editor.isActive('link')}
          onClick={() => setLinking(!linking)}
        />
        <Tool
          icon={IconList}
          label={t('email.list')}
          pressed={editor.isActive('bulletList')}
          onClick={() => editor.chain().focus().toggleBulletList().run()}
        />
        <Tool
          icon={IconListNumbers}
          label={t('email.numbers')}
          pressed={editor.isActive('orderedList')}
          onClick={() => editor.chain().focus().toggleOrderedList().run()}
        />
        <button type="button" className={inspector.tool} onClick={onVariable}>
          <IconBraces size={14} stroke={1.75} aria-hidden="true" />
          {t('fields.variable')}
        </button>
        <button type="button" className={inspector.tool} onClick={onSource}>
          <IconCode size={14} stroke={1.75} aria-hidden="true" />
          {t('email.source')}
        </button>
      </div>
      {linking && <LinkLine editor={editor} onDone={() => setLinking(false)} />}
    </>
  )
}

interface ToolProps {
  icon: TablerIcon
  label: string
  pressed: boolean
  onClick: () => void
}

function Tool({ icon: Icon, label, pressed, onClick }: ToolProps) {
  return (
    <button
      type="button"
      className={`${inspector.tool} ${css.tool}`}
      aria-label={label}
      title={label}
      aria-pressed={pressed}
      // What is chosen in the text stays chosen.
      onMouseDown={event => event.preventDefault()}
      onClick={onClick}
    >
      <Icon size={15} stroke={2} aria-hidden="true" />
    </button>
  )
}
