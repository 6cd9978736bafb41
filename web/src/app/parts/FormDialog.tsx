import { Button, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { wrongOf } from './form'
import css from './form.module.css'
import { useReason } from './States'

interface Props {
  title: string
  onClose: () => void
  /** What the server said to what was sent. What it says about fields stands beside them. */
  error: unknown
  pending: boolean
  button: string
  onSubmit: () => void
  children: ReactNode
}

/** A few fields in a dialog. */
export function FormDialog({ title, onClose, error, pending, button, onSubmit, children }: Props) {
  const reason = useReason()
  const general = Boolean(error) && Object.keys(wrongOf(error)).length === 0
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className={css.form}
        onSubmit={event => {
          event.preventDefault()
          onSubmit()
        }}
      >
        {general && (
          <p role="alert" className={css.summary}>
            {reason(error)}
          </p>
        )}
        {children}
        <Button type="submit" loading={pending}>
          {button}
        </Button>
      </form>
    </Dialog>
  )
}

export function Dialog({ title, onClose, children }: Pick<Props, 'title' | 'onClose' | 'children'>) {
  const { t } = useTranslation('app')
  return (
    <Modal opened onClose={onClose} title={title} centered radius="xl" closeButtonProps={{ 'aria-label': t('close') }}>
      {children}
    </Modal>
  )
}
