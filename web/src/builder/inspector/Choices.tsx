import { IconArrowDown, IconArrowUp, IconPlus, IconTextPlus, IconTrash } from '@tabler/icons-react'
import { useRef } from 'react'
import { flushSync } from 'react-dom'
import { useTranslation } from 'react-i18next'
import { shorten } from '../components/preview'
import { limit as limits } from '../doc/limits'
import { leastLength } from '../doc/variables'
import type { ChoiceValue } from '../shape'
import { Findings, Frame } from './Frame'
import { useField, useFindings, useNode } from './field'
import css from './inspector.module.css'
import { Meter } from './Meter'
import { TextEdit } from './TextEdit'

interface Props {
  path: string
  label: string
  add: string
  most: number
  limit: number
  descriptions?: boolean
  /** The ids of options that are elsewhere in the node. */
  taken?: string[]
}

/** The options of a question: their order, labels and descriptions. Each has a port on the canvas. */
export function Choices({ path, label, add, most, limit, descriptions, taken = [] }: Props) {
  const { t } = useTranslation('builder')
  const { readOnly, change } = useNode()
  const [value] = useField<ChoiceValue[]>(path)
  const items = value ?? []
  const box = useRef<HTMLDivElement>(null)
  const set = (next: ChoiceValue[]) => change(path, next, false)
  /** At once: whoever types on must not type into the old field. */
  const setAndFocus = (next: ChoiceValue[], id: string | undefined) => {
    flushSync(() => set(next))
    box.current?.querySelector<HTMLElement>(`[data-choice="${id}"] textarea`)?.focus()
  }
  const insert = (index: number) => {
    if (items.length + taken.length >= most) return
    const id = fresh([...items.map(item => item.id), ...taken])
    setAndFocus([...items.slice(0, index), { id, label: '' }, ...items.slice(index)], id)
  }
  const remove = (index: number) => {
    const left = items.filter((_, other) => other !== index)
    setAndFocus(left, left[Math.max(0, index - 1)]?.id)
  }
  const swap = (index: number, by: number) => {
    const next = [...items]
    const [moved] = next.splice(index, 1)
    next.splice(index + by, 0, moved!)
    setAndFocus(next, moved!.id)
  }
  return (
    <Frame
      path={path}
      label={label}
      aside={<span className={css.aside}>{t('meter.of', { length: items.length + taken.length, limit: most })}</span>}
    >
      <div ref={box}>
        {items.map((item, index) => (
          <Choice
            key={item.id}
            path={`${path}[${index}]`}
            item={item}
            limit={limit}
            descriptions={descriptions}
            number={index + 1}
            onEnter={() => insert(index + 1)}
            onRemove={readOnly ? undefined : () => remove(index)}
            onUp={index > 0 ? () => swap(index, -1) : undefined}
            onDown={index < items.length - 1 ? () => swap(index, 1) : undefined}
          />
        ))}
      </div>
      {items.length + taken.length < most && !readOnly && (
        <button type="button" className={css.add} onClick={() => insert(items.length)}>
          <IconPlus size={16} stroke={1.75} aria-hidden="true" />
          {add}
        </button>
      )}
    </Frame>
  )
}

interface ChoiceProps {
  path: string
  item: ChoiceValue
  limit: number
  descriptions?: boolean
  number: number
  onEnter: () => void
  onRemove?: () => void
  onUp?: () => void
  onDown?: () => void
}

function Choice({ path, item, limit, descriptions, number, onEnter, onRemove, onUp, onDown }: ChoiceProps) {
  const { t } = useTranslation('builder')
  const { readOnly } = useNode()
  const [label, setLabel] = useField<string>(`${path}.label`)
  const [description, setDescription] = useField<string>(`${path}.description`)
  const findings = [
    ...useFindings(`${path}.label`),
    ...useFindings(`${path}.id`),
    ...useFindings(`${path}.description`),
  ]
  const text = label ?? ''
  const over = leastLength(text) > limit
  return (
    <div className={css.choice} data-choice={item.id} data-field={`${path}.label`}>
      <div className={css.choiceLine}>
        <TextEdit
          path={`${path}.label`}
          value={text}
          single
          label={t('fields.label_of', { number })}
          onChange={setLabel}
          onEnter={onEnter}
          onEmptyBackspace={onRemove}
        />
        <Meter text={text} limit={limit} />
      </div>
      {description !== undefined && (
        <div className={css.choiceLine} data-field={`${path}.description`}>
          <TextEdit
            path={`${path}.description`}
            value={description}
            single
            label={t('fields.description_of', { number })}
            placeholder={t('fields.description')}
            onChange={setDescription}
            onEmptyBackspace={() => setDescription(undefined)}
          />
          <Meter text={description} limit={limits.description} />
        </div>
      )}
      {over && <p className={css.help}>{t('meter.shows', { text: shorten(text, limit) })}</p>}
      <Findings findings={findings} />
      {!readOnly && (
        <div className={css.choiceTools}>
          <button
            type="button"
            className={css.icon}
            aria-label={t('fields.up', { number })}
            disabled={!onUp}
            onClick={onUp}
          >
            <IconArrowUp size={14} stroke={1.75} aria-hidden="true" />
          </button>
          <button
            type="button"
            className={css.icon}
            aria-label={t('fields.down', { number })}
            disabled={!onDown}
            onClick={onDown}
          >
            <IconArrowDown size={14} stroke={1.75} aria-hidden="true" />
          </button>
          {descriptions && description === undefined && (
            <button
              type="button"
              className={css.icon}
              aria-label={t('fields.add_description', { number })}
              onClick={() => setDescription('')}
            >
              <IconTextPlus size={14} stroke={1.75} aria-hidden="true" />
            </button>
          )}
          <button type="button" className={css.icon} aria-label={t('fields.remove', { number })} onClick={onRemove}>
            <IconTrash size={14} stroke={1.75} aria-hidden="true" />
          </button>
        </div>
      )}
    </div>
  )
}

/** An id that stays when the label changes, so that edges and running conversations keep their way. */
function fresh(taken: string[]): string {
  for (let n = taken.length + 1; ; n += 1) if (!taken.includes(`option_${n}`)) return `option_${n}`
}
