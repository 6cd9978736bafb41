import { IconPhoto, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { Frame } from './Frame'
import { useField, useNode } from './field'
import css from './inspector.module.css'
import { TextEdit } from './TextEdit'

/** A picture above the text: an address that may hold variables, or the id of an uploaded file. */
export function Picture({ path, help }: { path: string; help?: string }) {
  const { t } = useTranslation('builder')
  const { readOnly } = useNode()
  const [value, setValue] = useField<string>(path)
  if (value === undefined) {
    return (
      <Frame path={path} label={t('fields.picture')} optional>
        <button type="button" className={css.dashed} disabled={readOnly} onClick={() => setValue('https://')}>
          <IconPhoto size={16} stroke={1.75} aria-hidden="true" />
          {t('fields.choose_picture')}
        </button>
      </Frame>
    )
  }
  return (
    <Frame path={path} label={t('fields.picture')} help={help ?? t('fields.picture_help')}>
      <div className={css.withRemove}>
        <TextEdit path={path} value={value} onChange={setValue} single mono label={t('fields.picture')} />
        <button
          type="button"
          className={css.icon}
          aria-label={t('fields.no_picture')}
          onClick={() => setValue(undefined)}
        >
          <IconX size={16} stroke={1.75} aria-hidden="true" />
        </button>
      </div>
    </Frame>
  )
}
