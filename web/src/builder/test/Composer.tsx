import { ActionIcon, Menu } from '@mantine/core'
import { IconPaperclip, IconSend } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import css from './Test.module.css'

interface Props {
  disabled: boolean
  /** Nothing was said yet. */
  empty: boolean
  onSend: (step: Record<string, unknown>) => void
  onPlaces: () => void
}

export function Composer({ disabled, empty, onSend, onPlaces }: Props) {
  const { t } = useTranslation('builder')
  const [text, setText] = useState('')
  const send = () => {
    const body = text.trim()
    if (!body || disabled) return
    setText('')
    onSend({ contact: body })
  }
  return (
    <div className={css.composer}>
      <Menu position="top-start">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={36}
            radius={18}
            disabled={disabled}
            aria-label={t('test.attach')}
          >
            <IconPaperclip size={18} stroke={1.75} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {(['image', 'video', 'audio', 'document'] as const).map(kind => (
            <Menu.Item key={kind} onClick={() => onSend({ send: kind })}>
              {t(`files.${kind}`)}
            </Menu.Item>
          ))}
          <Menu.Item onClick={onPlaces}>{t('test.location')}</Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <textarea
        rows={1}
        aria-label={t('test.write')}
        placeholder={empty ? t('test.write_first') : t('test.write_short')}
        value={text}
        onChange={({ target }) => setText(target.value)}
        onKeyDown={event => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
          event.preventDefault()
          send()
        }}
      />
      <ActionIcon size={36} radius={18} disabled={disabled || !text.trim()} aria-label={t('test.send')} onClick={send}>
        <IconSend size={16} stroke={1.75} aria-hidden="true" />
      </ActionIcon>
    </div>
  )
}
