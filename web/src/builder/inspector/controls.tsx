import { SegmentedControl, Switch } from '@mantine/core'
import { IconChevronRight } from '@tabler/icons-react'
import { type ReactNode, useId, useState } from 'react'
import { Frame } from './Frame'
import { useField, useNode } from './field'
import css from './inspector.module.css'

export interface Option {
  value: string
  label: string
}

interface PickProps {
  path: string
  label: string
  help?: string
  options: Option[]
  /** When it is not simply the text at the path. */
  value?: string
  onPick?: (value: string) => void
  /** The value that is left out of the file. */
  usual?: string
}

export function Pick({ path, label, help, options, value, onPick, usual }: PickProps) {
  const id = useId()
  const { readOnly } = useNode()
  const [own, setOwn] = useField<string>(path)
  const chosen = value ?? own ?? usual ?? ''
  return (
    <Frame path={path} label={label} htmlFor={id} help={help}>
      <select
        id={id}
        className={css.select}
        value={chosen}
        disabled={readOnly}
        onChange={({ target }) =>
          onPick ? onPick(target.value) : setOwn(target.value === usual ? undefined : target.value)
        }
      >
        {!options.some(option => option.value === chosen) && <option value={chosen}>{chosen || '…'}</option>}
        {options.map(option => (
          <option key={option.value} value={option.value}>
            {option.label}
          </option>
        ))}
      </select>
    </Frame>
  )
}

export function Segments(props: { label: string; value: string; options: Option[]; onPick: (value: string) => void }) {
  const { label, value, options, onPick } = props
  const { readOnly } = useNode()
  return (
    <div className={css.field}>
      <div className={css.label}>
        <span>{label}</span>
      </div>
      <SegmentedControl
        fullWidth
        aria-label={label}
        data={options}
        value={value}
        onChange={onPick}
        disabled={readOnly}
      />
    </div>
  )
}

interface ToggleProps {
  path: string
  label: string
  help?: string
  /** The value that is left out of the file. */
  usual: boolean
}

export function Toggle({ path, label, help, usual }: ToggleProps) {
  const { readOnly } = useNode()
  const [value, setValue] = useField<boolean>(path)
  return (
    <div className={css.field} data-field={path}>
      <Switch
        className={css.toggle}
        labelPosition="left"
        label={label}
        checked={value ?? usual}
        disabled={readOnly}
        onChange={({ currentTarget }) => setValue(currentTarget.checked === usual ? undefined : currentTarget.checked)}
      />
      {help && <p className={css.help}>{help}</p>}
    </div>
  )
}

interface NumbProps {
  path: string
  label: string
  help?: string
  optional?: boolean
  least?: number
  most?: number
  placeholder?: string
  value?: number
  onValue?: (value: number | undefined) => void
}

/** A number. What is typed stays as it is typed until it is a number that is allowed. */
export function Numb({ path, label, help, optional, least, most, placeholder, value, onValue }: NumbProps) {
  const id = useId()
  const { readOnly } = useNode()
  const [own, setOwn] = useField<number>(path)
  const current = onValue ? value : own
  const [typed, setTyped] = useState<string>()
  const set = onValue ?? setOwn
  return (
    <Frame path={path} label={label} htmlFor={id} help={help} optional={optional && !placeholder}>
      <input
        id={id}
        className={css.input}
        inputMode="decimal"
        readOnly={readOnly}
        placeholder={placeholder}
        value={typed ?? current ?? ''}
        onBlur={() => setTyped(undefined)}
        onChange={({ target }) => {
          setTyped(target.value)
          const text = target.value.trim().replace(',', '.')
          if (text === '') {
            if (optional) set(undefined)
            return
          }
          const number = Number(text)
          if (!Number.isFinite(number)) return
          if ((least !== undefined && number < least) || (most !== undefined && number > most)) return
          set(number)
        }}
      />
    </Frame>
  )
}

export function Checks({ path, label, options }: { path: string; label: string; options: Option[] }) {
  const { readOnly } = useNode()
  const [value, setValue] = useField<string[]>(path)
  const chosen = value ?? []
  return (
    <Frame path={path} label={label}>
      <fieldset className={css.checks} aria-label={label} disabled={readOnly}>
        {options.map(option => (
          <label key={option.value}>
            <input
              type="checkbox"
              checked={chosen.includes(option.value)}
              onChange={({ target }) =>
                setValue(
                  options
                    .map(known => known.value)
                    .filter(known => (known === option.value ? target.checked : chosen.includes(known))),
                )
              }
            />
            {option.label}
          </label>
        ))}
      </fieldset>
    </Frame>
  )
}

/** Fields that most nodes do not need. */
export function Fold({ title, open, children }: { title: string; open?: boolean; children: ReactNode }) {
  return (
    <details className={css.fold} open={open || undefined}>
      <summary>
        <IconChevronRight size={14} stroke={2} aria-hidden="true" />
        {title}
      </summary>
      <div>{children}</div>
    </details>
  )
}

export function Section({ label, row, children }: { label?: string; row?: boolean; children: ReactNode }) {
  return (
    <fieldset className={row ? css.row : css.section} aria-label={label}>
      {children}
    </fieldset>
  )
}
