import { IconBraces } from '@tabler/icons-react'
import { useRef } from 'react'
import { useTranslation } from 'react-i18next'
import inspector from '../inspector/inspector.module.css'
import { TextEdit, type TextEditHandle } from '../inspector/TextEdit'

interface Props {
  path: string
  label: string
  value: string
  onChange: (value: string) => void
  /** Back to how it looks; left out where that cannot be shown. */
  onLook?: () => void
}

/** The e-mail as HTML. */
export function Source({ path, label, value, onChange, onLook }: Props) {
  const { t } = useTranslation('builder')
  const edit = useRef<TextEditHandle>(null)
  return (
    <TextEdit
      ref={edit}
      path={path}
      label={label}
      value={value}
      rows={9}
      mono
      onChange={onChange}
      foot={
        <>
          <button type="button" className={inspector.tool} onClick={() => edit.current?.pick()}>
            <IconBraces size={14} stroke={1.75} aria-hidden="true" />
            {t('fields.variable')}
          </button>
          {onLook && (
            <button type="button" className={inspector.tool} onClick={onLook}>
              {t('email.look')}
            </button>
          )}
        </>
      }
    />
  )
}
