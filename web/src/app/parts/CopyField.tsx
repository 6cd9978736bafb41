import { ActionIcon, Tooltip } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { Fragment } from 'react'
import { useTranslation } from 'react-i18next'
import css from './CopyField.module.css'

/** A value that must be copied: whole, wrapping, never cut. */
export function CopyField({ label, value }: { label: string; value: string }) {
  const { t } = useTranslation('app')
  const clipboard = useClipboard({ timeout: 1500 })
  return (
    <div>
      <div className={css.label}>{label}</div>
      <div className={css.field}>
        <span className={`mono grow ${css.value}`}>
          {value.split(/(?=\/webhooks)/).map(part => (
            <Fragment key={part}>
              {part}
              <wbr />
            </Fragment>
          ))}
        </span>
        <Tooltip label={clipboard.copied ? t('copied') : t('copy')}>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={30}
            aria-label={t('copy_named', { name: label })}
            onClick={() => clipboard.copy(value)}
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
