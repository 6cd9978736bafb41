import { Button, Checkbox, Modal, TextInput } from '@mantine/core'
import { type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useReason } from './States'

interface Props {
  opened: boolean
  onClose: () => void
  title: string
  text: ReactNode
  button: string
  onConfirm: (checked: boolean) => void
  pending?: boolean
  error?: unknown
  /** To be typed first. */
  name?: string
  typeLabel?: string
  option?: string
  optionText?: string
}

/** Asks before something is lost. */
export function Confirm(props: Props) {
  const { t } = useTranslation('care')
  const { t: app } = useTranslation('app')
  const reason = useReason()
  const [typed, setTyped] = useState('')
  const [checked, setChecked] = useState(false)
  // What was typed for one question is no answer to the next.
  useEffect(() => {
    if (!props.opened) return
    setTyped('')
    setChecked(false)
  }, [props.opened])
  const ready = !props.name || typed.trim() === props.name.trim()
  return (
    <Modal
      opened={props.opened}
      onClose={props.onClose}
      title={props.title}
      centered
      radius="xl"
      closeButtonProps={{ 'aria-label': app('close') }}
    >
      <form
        onSubmit={event => {
          event.preventDefault()
          if (ready) props.onConfirm(checked)
        }}
        style={{ display: 'flex', flexDirection: 'column', gap: 16 }}
      >
        <div>{props.text}</div>
        {props.name && (
          <TextInput
            data-autofocus
            label={props.typeLabel}
            value={typed}
            autoComplete="off"
            onChange={event => setTyped(event.currentTarget.value)}
          />
        )}
        {props.option && (
          <Checkbox
            label={props.option}
            description={props.optionText}
            checked={checked}
            onChange={event => setChecked(event.currentTarget.checked)}
          />
        )}
        {Boolean(props.error) && (
          <p role="alert" style={{ color: 'var(--fail)', fontSize: 13 }}>
            {reason(props.error)}
          </p>
        )}
        <div style={{ display: 'flex', justifyContent: 'flex-end', gap: 10 }}>
          <Button variant="default" onClick={props.onClose}>
            {t('form.cancel')}
          </Button>
          <Button type="submit" disabled={!ready} loading={props.pending}>
            {props.button}
          </Button>
        </div>
      </form>
    </Modal>
  )
}
