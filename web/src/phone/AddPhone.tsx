import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import css from './AddPhone.module.css'
import { Dialog } from './Dialog'
import type { Owner } from './sim'
import ui from './ui.module.css'

export function AddPhone({ onAdd, onClose }: { onAdd: (owner: Partial<Owner>) => Promise<void>; onClose: () => void }) {
  const { t } = useTranslation('phone')
  const [trouble, setTrouble] = useState<string>()
  return (
    <Dialog title={t('new_phone')} onClose={onClose}>
      <form
        onSubmit={event => {
          event.preventDefault()
          const fields = new FormData(event.currentTarget)
          const name = String(fields.get('name') ?? '').trim()
          onAdd({ ...(name ? { name } : {}), hide_number: fields.get('hide') === 'on' }).then(onClose, (error: Error) =>
            setTrouble(error.message),
          )
        }}
      >
        <label className={ui.label} htmlFor="new-name">
          {t('name')}
          <span>{t('optional')}</span>
        </label>
        <input
          id="new-name"
          name="name"
          className={ui.input}
          maxLength={60}
          autoComplete="off"
          aria-describedby="new-help"
        />
        <small id="new-help" className={ui.help}>
          {t('name_more')}
        </small>
        <label className={css.check}>
          <input type="checkbox" name="hide" />
          <span>
            {t('hide_number')}
            <small className={ui.help}>{t('hide_number_more')}</small>
          </span>
        </label>
        {trouble && (
          <p role="alert" className={css.trouble}>
            {t('not_sent', { reason: trouble })}
          </p>
        )}
        <div className={ui.dialogFoot}>
          <button type="button" className={ui.button} onClick={onClose}>
            {t('cancel')}
          </button>
          <button type="submit" className={ui.primary}>
            {t('add_phone')}
          </button>
        </div>
      </form>
    </Dialog>
  )
}
