import { IconBraces, IconMathFunction } from '@tabler/icons-react'
import { type ReactNode, useId, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { FileKind } from '../../files/FileDialog'
import { FilePick, Picked } from '../../files/FilePick'
import { shorten } from '../components/preview'
import { leastLength } from '../doc/variables'
import { Frame } from './Frame'
import { useField, useNode } from './field'
import css from './inspector.module.css'
import { Meter } from './Meter'
import { TextEdit, type TextEditHandle } from './TextEdit'

interface Props {
  path: string
  label: ReactNode
  limit?: number
  rows?: number
  help?: string
  optional?: boolean
  mono?: boolean
  /** No variables here. */
  plain?: boolean
  /** The name of a variable without braces. */
  bare?: boolean
  /** An uploaded file can be put here: of these kinds, or of any. */
  files?: FileKind[] | 'any'
}

/** Text of several lines, with variables and a length meter. */
export function Area({ path, label, limit, rows = 3, help, optional }: Props) {
  const { t } = useTranslation('builder')
  const id = useId()
  const edit = useRef<TextEditHandle>(null)
  const [value, setValue] = useField<string>(path)
  const text = value ?? ''
  return (
    <Frame path={path} label={label} htmlFor={id} help={help} optional={optional}>
      <TextEdit
        id={id}
        ref={edit}
        path={path}
        value={text}
        rows={rows}
        onChange={next => setValue(optional && next === '' ? undefined : next)}
        foot={
          <>
            <button type="button" className={css.tool} onClick={() => edit.current?.pick()}>
              <IconBraces size={14} stroke={1.75} aria-hidden="true" />
              {t('fields.variable')}
            </button>
            {limit && <Meter text={text} limit={limit} bar />}
          </>
        }
      />
    </Frame>
  )
}

/** Text of one line. */
export function Line({ path, label, limit, help, optional, mono, plain, bare, files }: Props) {
  const { t } = useTranslation('builder')
  const id = useId()
  const [value, setValue] = useField<string>(path)
  const text = value ?? ''
  const over = limit !== undefined && leastLength(text) > limit
  return (
    <Frame
      path={path}
      label={label}
      htmlFor={id}
      optional={optional}
      aside={limit && text ? <Meter text={text} limit={limit} /> : undefined}
      help={over ? t('meter.shows', { text: shorten(text, limit) }) : help}
    >
      <WithFile files={files} value={text} onPick={setValue}>
        <TextEdit
          id={id}
          path={path}
          value={text}
          single
          mono={mono}
          plain={plain}
          bare={bare}
          onChange={next => setValue(optional && next === '' ? undefined : next)}
        />
      </WithFile>
    </Frame>
  )
}

/** A field that takes the id of an uploaded file: the button beside it gives one, and its name stands below. */
export function WithFile(props: {
  files?: FileKind[] | 'any'
  value: string
  onPick: (id: string) => void
  children: ReactNode
}) {
  const { readOnly } = useNode()
  if (!props.files) return props.children
  const kinds = props.files === 'any' ? undefined : props.files
  return (
    <>
      <div className={css.withRemove}>
        {props.children}
        <FilePick kinds={kinds} disabled={readOnly} className={css.icon} onPick={file => props.onPick(file.id)} />
      </div>
      <Picked id={props.value} />
    </>
  )
}

/** A formula, with its functions at hand. */
export function Formula({ path, label }: { path: string; label: string }) {
  const { t } = useTranslation('builder')
  const id = useId()
  const edit = useRef<TextEditHandle>(null)
  const [value, setValue] = useField<string>(path)
  const [open, setOpen] = useState(false)
  return (
    <Frame path={path} label={label} htmlFor={id} help={t('formula.help')}>
      <TextEdit
        id={id}
        ref={edit}
        path={path}
        value={value ?? ''}
        rows={3}
        mono
        onChange={setValue}
        foot={
          <>
            <button type="button" className={css.tool} onClick={() => edit.current?.pick()}>
              <IconBraces size={14} stroke={1.75} aria-hidden="true" />
              {t('fields.variable')}
            </button>
            <button type="button" className={css.tool} aria-expanded={open} onClick={() => setOpen(!open)}>
              <IconMathFunction size={14} stroke={1.75} aria-hidden="true" />
              {t('formula.functions')}
            </button>
          </>
        }
      />
      {open && (
        <div className={css.functions}>
          {functions.map(name => (
            <button key={name} type="button" onClick={() => edit.current?.insert(`${name}(`, ')')}>
              {name}
            </button>
          ))}
        </div>
      )}
    </Frame>
  )
}

/** The ones that flows use most; all are in the guide. */
const functions = [
  'IsEqual',
  'IsNotEqual',
  'IsGreaterThan',
  'IsLessThan',
  'IsGreaterOrEqual',
  'IsLessOrEqual',
  'Contains',
  'IsEmpty',
  'And',
  'Or',
  'Not',
  'If',
  'Sum',
  'Multiply',
  'Round',
  'Length',
  'ToString',
  'ToNumber',
  'Lower',
  'Trim',
  'Today',
  'DateAdd',
  'DateDiff',
  'FormatDate',
]
