import { Button, Modal } from '@mantine/core'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import { Refused, Summary } from './Fields'
import type { useRefused } from './form'
import css from './form.module.css'

interface Props {
  title: string
  onClose: () => void
  /** What the server said to what was sent. What it says about fields stands beside them; the rest on top. */
  error: unknown
  form: Pick<ReturnType<typeof useRefused>, 'wrong' | 'watch'>
  pending: boolean
  button: string
  onSubmit: () => void
  children: ReactNode
}

/** A few fields in a dialog. */
export function FormDialog({ title, onClose, error, form, pending, button, onSubmit, children }: Props) {
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        className={css.form}
        {...form.watch}
        onSubmit={event => {
          event.preventDefault()
          onSubmit()
        }}
      >
        <Refused error={error} />
        <Summary wrong={form.wrong} homeless />
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
