import { IconLink, IconPhoto, IconX } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { FilePick, Picked } from '../../files/FilePick'
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
        <div className={css.stacked}>
          <FilePick kinds={['image']} className={css.dashed} disabled={readOnly} onPick={file => setValue(file.id)}>
            <IconPhoto size={16} stroke={1.75} aria-hidden="true" />
            {t('fields.choose_picture')}
          </FilePick>
          <button type="button" className={css.dashed} disabled={readOnly} onClick={() => setValue('https://')}>
            <IconLink size={16} stroke={1.75} aria-hidden="true" />
            {t('fields.picture_address')}
          </button>
        </div>
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
        <FilePick kinds={['image']} className={css.icon} disabled={readOnly} onPick={file => setValue(file.id)} />
      </div>
      <Picked id={value} />
    </Frame>
  )
}
