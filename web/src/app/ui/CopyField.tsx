import { ActionIcon, Tooltip } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { Fragment, type ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import css from './CopyField.module.css'

interface Props {
  label: string
  value: string
  /** What stands in the place of the value. */
  shown?: string
  /** More buttons, before the one that copies. */
  children?: ReactNode
  onCopy?: () => Promise<string>
}

/** A value that must be copied: whole, wrapping, never cut. */
export function CopyField({ label, value, shown, children, onCopy }: Props) {
  const { t } = useTranslation('app')
  const clipboard = useClipboard({ timeout: 1500 })
  const copy = async () => clipboard.copy(onCopy ? await onCopy() : value)
  return (
    <div>
      <div className={css.label}>{label}</div>
      <div className={css.field}>
        <span className={`mono grow ${css.value}`}>
          {(shown ?? value).split(/(?=\/webhooks)|(?=int_)/).map(part => (
            <Fragment key={part}>
              <span className={css.part}>{part}</span>
              <wbr />
            </Fragment>
          ))}
        </span>
        {children}
        <Tooltip label={clipboard.copied ? t('copied') : t('copy')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={30}
            aria-label={t('copy_named', { name: label })}
            onClick={() => void copy()}
          >
            {clipboard.copied ? (
              <IconCheck size={16} stroke={1.75} aria-hidden="true" />
            ) : (
              <IconCopy size={16} stroke={1.75} aria-hidden="true" />
            )}
          </ActionIcon>
        </Tooltip>
        <span className="vh" role="status">
          {clipboard.copied && t('copied')}
        </span>
      </div>
    </div>
  )
}
