import { IconBold, IconBraces, IconItalic, IconLink, IconList } from '@tabler/icons-react'
import { useId, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { Frame } from './Frame'
import { useField } from './field'
import css from './inspector.module.css'
import { TextEdit, type TextEditHandle } from './TextEdit'

const tags = [
  { name: 'bold', Icon: IconBold, before: '<b>', after: '</b>' },
  { name: 'italic', Icon: IconItalic, before: '<i>', after: '</i>' },
  { name: 'link', Icon: IconLink, before: '<a href="https://">', after: '</a>' },
  { name: 'list', Icon: IconList, before: '<ul>\n<li>', after: '</li>\n</ul>' },
] as const

/** Text with a little HTML: the buttons write the tags, and lines stay lines as long as there are no paragraphs. */
export function HtmlArea({ path, label, help }: { path: string; label: string; help: string }) {
  const { t } = useTranslation('builder')
  const id = useId()
  const edit = useRef<TextEditHandle>(null)
  const [value, setValue] = useField<string>(path)
  return (
    <Frame path={path} label={label} htmlFor={id} help={help}>
      <TextEdit
        id={id}
        ref={edit}
        path={path}
        value={value ?? ''}
        rows={7}
        onChange={setValue}
        foot={
          <>
            <button type="button" className={css.tool} onClick={() => edit.current?.pick()}>
              <IconBraces size={14} stroke={1.75} aria-hidden="true" />
              {t('fields.variable')}
            </button>
            {tags.map(({ name, Icon, before, after }) => (
              <button
                key={name}
                type="button"
                className={css.tool}
                aria-label={t(`email.${name}`)}
                title={t(`email.${name}`)}
                onClick={() => edit.current?.insert(before, after)}
              >
                <Icon size={14} stroke={1.75} aria-hidden="true" />
              </button>
            ))}
          </>
        }
      />
    </Frame>
  )
}
