import { Button, PasswordInput, Switch, TextInput, type TextInputProps } from '@mantine/core'
import { IconAlertOctagon, IconCheck } from '@tabler/icons-react'
import { Link, useBlocker } from '@tanstack/react-router'
import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { clockTime } from '../../words/time'
import { Confirm } from './Confirm'
import { fieldOf, focusField, type Wrong, within, wrongOf } from './form'
import css from './form.module.css'
import { useReason } from './States'

/** A sentence below a field: octagon and words. */
export function FieldError({ children }: { children?: ReactNode }) {
  if (!children) return null
  return (
    <span className={css.error}>
      <IconAlertOctagon size={16} stroke={1.75} aria-hidden="true" />
      <span>{children}</span>
    </span>
  )
}

/** What is wrong with a field, for its `error`. */
export function errorOf(wrong: Wrong, pointer: string) {
  const said = within(wrong, pointer)
  return said ? <FieldError>{said}</FieldError> : undefined
}

interface FieldProps extends Omit<TextInputProps, 'value' | 'onChange' | 'error' | 'pointer'> {
  pointer: string
  wrong: Wrong
  value: string
  onChange: (value: string) => void
  optional?: boolean
  secret?: boolean
}

/** One line to type; its error stands below it and keeps what was typed. */
export function Field({ pointer, wrong, value, onChange, optional, secret, label, ...rest }: FieldProps) {
  const { t } = useTranslation('care')
  const words = (
    <>
      {label}
      {optional && <span className={css.optional}>{t('form.optional')}</span>}
    </>
  )
  const shared = {
    'data-field': pointer,
    label: words,
    value,
    autoComplete: 'off',
    spellCheck: false,
    error: errorOf(wrong, pointer),
    inputWrapperOrder: ['label', 'input', 'error', 'description'] as ('label' | 'input' | 'error' | 'description')[],
    onChange: (event: { currentTarget: { value: string } }) => onChange(event.currentTarget.value),
  }
  if (!secret) return <TextInput {...shared} {...rest} />
  const { classNames: _, styles: __, vars: ___, attributes: ____, ...plain } = rest
  return (
    <PasswordInput
      {...shared}
      {...plain}
      autoComplete="new-password"
      visibilityToggleButtonProps={{ 'aria-label': t('form.show') }}
    />
  )
}

/** A secret that is kept: its end, and a way to replace it. `undefined`: it stays. */
export function KeptSecret(props: {
  pointer: string
  label: string
  shown: string
  /** When it was saved. */
  saved?: string
  help?: string
  wrong: Wrong
  value: string | undefined
  onChange: (value: string | undefined) => void
}) {
  const { t } = useTranslation('care')
  const { label, shown, saved, value, onChange, help, ...rest } = props
  // What is refused has to be entered again.
  if (value === undefined && !within(rest.wrong, rest.pointer)) {
    return (
      <div data-field={rest.pointer}>
        <div className={css.label}>{label}</div>
        <div className={css.secret}>
          <span className="grow">
            <span className="mono">{shown}</span>
            {saved && <span className={css.saved}>{saved}</span>}
          </span>
          <Button
            variant="default"
            size="xs"
            onClick={() => onChange('')}
            aria-label={`${t('form.replace')}: ${label}`}
          >
            {t('form.replace')}
          </Button>
        </div>
      </div>
    )
  }
  return (
    <div>
      <Field {...rest} label={label} description={help} value={value ?? ''} onChange={onChange} secret autoFocus />
      {value !== undefined && (
        <Button variant="default" size="xs" mt={8} onClick={() => onChange(undefined)}>
          {t('form.keep')}
        </Button>
      )}
    </div>
  )
}

/** A switch with a sentence below it. */
export function Toggle(props: {
  label: string
  text?: string
  checked: boolean
  onChange: (on: boolean) => void
  pointer?: string
}) {
  return (
    <Switch
      data-field={props.pointer}
      label={props.label}
      description={props.text}
      checked={props.checked}
      withThumbIndicator={false}
      onChange={event => props.onChange(event.currentTarget.checked)}
    />
  )
}

/** One of several, each with a sentence. */
export function Choices<T extends string>(props: {
  legend: string
  value: T
  onChange: (value: T) => void
  items: { value: T; title: ReactNode; text?: ReactNode; disabled?: boolean }[]
  name: string
  pointer?: string
}) {
  return (
    <fieldset className={css.choices} data-field={props.pointer}>
      <legend>{props.legend}</legend>
      {props.items.map(({ value, title, text, disabled }) => (
        <label key={value} className={css.choice}>
          <input
            type="radio"
            name={props.name}
            value={value}
            checked={props.value === value}
            disabled={disabled}
            onChange={() => props.onChange(value)}
          />
          <span className="grow">
            <b>{title}</b>
            {text && <span>{text}</span>}
          </span>
        </label>
      ))}
    </fieldset>
  )
}

interface SummaryProps {
  wrong: Wrong
  /** Only what has no field beside which it stands: in a small form that is enough. */
  homeless?: boolean
  /** Goes to a field; left out: it is on this page. */
  onGo?: (pointer: string) => void
  /** Whether a pointer leads somewhere; left out: when a field here has it. */
  leads?: (pointer: string) => boolean
}

/** Names everything that is wrong, and leads to each field. What has no field is said all the same. */
export function Summary({ wrong, homeless, onGo = focusField, leads }: SummaryProps) {
  const { t } = useTranslation('care')
  const [lost, setLost] = useState<string[]>([])
  // Which fields there are is known once they are drawn.
  useEffect(() => {
    const found = Object.keys(wrong).filter(pointer => !(leads ? leads(pointer) : fieldOf(pointer)))
    setLost(old => (old.join() === found.join() ? old : found))
  })
  const all = Object.entries(wrong).filter(([pointer]) => !homeless || lost.includes(pointer))
  if (all.length === 0) return null
  return (
    <div className={css.summary} role="alert" tabIndex={-1} data-summary>
      <b>{t('form.summary', { count: all.length })}</b>
      <ul>
        {all.map(([pointer, message]) => (
          <li key={pointer}>
            {lost.includes(pointer) ? (
              message
            ) : (
              <button type="button" onClick={() => onGo(pointer)}>
                {message}
              </button>
            )}
          </li>
        ))}
      </ul>
    </div>
  )
}

/** Why a form was refused as a whole; what concerns fields stands in the summary. */
export function Refused({ error }: { error: unknown }) {
  const reason = useReason()
  if (!error || Object.keys(wrongOf(error)).length > 0) return null
  return (
    <p role="alert" className={css.summary}>
      {reason(error)}
    </p>
  )
}

/** What is not saved yet, and the two ways on. */
export function SaveBar(props: {
  changes: number
  saving: boolean
  savedAt?: number
  onSave: () => void
  onDiscard: () => void
}) {
  const { t, i18n } = useTranslation('care')
  const unsaved = props.changes > 0
  const leaving = useBlocker({ shouldBlockFn: () => unsaved, enableBeforeUnload: () => unsaved, withResolver: true })
  if (!unsaved) {
    if (!props.savedAt) return null
    return (
      <p className={css.quiet} role="status">
        <IconCheck size={16} stroke={2} aria-hidden="true" />
        {t('form.saved', { at: clockTime(props.savedAt, i18n.language) })}
      </p>
    )
  }
  return (
    <div className={css.bar} role="status">
      <Confirm
        opened={leaving.status === 'blocked'}
        onClose={() => leaving.reset?.()}
        title={t('form.leave')}
        text={t('form.leave_text', { count: props.changes })}
        button={t('form.leave_do')}
        onConfirm={() => leaving.proceed?.()}
      />
      <span className="grow">{t('form.unsaved', { count: props.changes })}</span>
      <Button variant="default" onClick={props.onDiscard} disabled={props.saving}>
        {t('form.discard')}
      </Button>
      <Button onClick={props.onSave} loading={props.saving}>
        {t('form.save')}
      </Button>
    </div>
  )
}

/** Tabs that are addresses. */
export function Tabs(props: { label: string; current: string; items: { value: string; label: ReactNode }[] }) {
  const row = useRef<HTMLElement>(null)
  // On a phone the row scrolls, and the current tab may stand outside.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another tab is current.
  useEffect(() => {
    const current = row.current?.querySelector('[aria-current]')
    if (current && row.current && row.current.scrollWidth > row.current.clientWidth)
      row.current.scrollLeft = (current as HTMLElement).offsetLeft - 16
  }, [props.current])
  return (
    <nav className={css.tabs} aria-label={props.label} ref={row}>
      {props.items.map(({ value, label }, index) => (
        <Link
          key={value}
          to="."
          search={{ tab: index === 0 ? undefined : value } as never}
          // With other members of the search than the tab, the router no longer knows which one is current.
          activeOptions={{ exact: true }}
          activeProps={{}}
          inactiveProps={{ 'aria-current': value === props.current ? 'page' : undefined }}
          replace
        >
          {label}
        </Link>
      ))}
    </nav>
  )
}

/** Counts in which members two things differ. */
export function differences(before: object, after: object) {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...keys].filter(key => JSON.stringify((before as never)[key]) !== JSON.stringify((after as never)[key]))
    .length
}

/** Keeps ctrl/⌘ S for saving. */
export function useSaveKey(save: () => void) {
  const [held] = useState(() => ({ save }))
  held.save = save
  return (event: { key: string; ctrlKey: boolean; metaKey: boolean; preventDefault: () => void }) => {
    if (event.key === 's' && (event.ctrlKey || event.metaKey)) {
      event.preventDefault()
      held.save()
    }
  }
}
