import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import type { ButtonValue } from '../../templates/values'
import { limit } from '../doc/limits'
import type { QuickReply } from '../shape'
import { Frame } from './Frame'
import { Line, Numb, Section, useField, useNode } from './fields'
import css from './inspector.module.css'
import { Pairs } from './Pairs'
import { TextEdit } from './TextEdit'

/** The values of the body's places: numbered ones in a list, named ones by name. */
export function TemplateValues() {
  const { t } = useTranslation('builder')
  const { change, readOnly } = useNode()
  const [body] = useField<string[] | Record<string, string>>('body')
  if (body && !Array.isArray(body)) {
    return <Pairs path="body" label={t('template.values')} name={t('api.name')} value={t('api.value')} />
  }
  const items = body ?? []
  const set = (next: string[]) => change('body', next.length > 0 ? next : undefined)
  return (
    <Frame path="body" label={t('template.values')} help={t('template.values_help')}>
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a place is its number.
        <div key={index} className={css.numbered} data-field={`body[${index}]`}>
          <span className="mono">{`{{${index + 1}}}`}</span>
          <TextEdit
            path={`body[${index}]`}
            value={item}
            single
            label={t('template.value', { number: index + 1 })}
            onChange={next => set(items.map((other, at) => (at === index ? next : other)))}
          />
          {!readOnly && (
            <button
              type="button"
              className={css.icon}
              aria-label={t('fields.remove', { number: index + 1 })}
              onClick={() => set(items.filter((_, at) => at !== index))}
            >
              <IconTrash size={14} stroke={1.75} aria-hidden="true" />
            </button>
          )}
        </div>
      ))}
      {!readOnly && (
        <button type="button" className={css.add} onClick={() => set([...items, ''])}>
          <IconPlus size={16} stroke={1.75} aria-hidden="true" />
          {t('template.add_value')}
        </button>
      )}
    </Frame>
  )
}

/** The quick replies that lead somewhere: each has a port. */
export function QuickReplies() {
  const { t } = useTranslation('builder')
  const { change, readOnly } = useNode()
  const [options] = useField<QuickReply[]>('options')
  const items = options ?? []
  const add = () => {
    const index = items.length > 0 ? Math.max(...items.map(item => item.index)) + 1 : 0
    change('options', [...items, { id: `reply_${index + 1}`, index, label: '' }], false)
  }
  const remove = (index: number) => {
    const left = items.filter((_, at) => at !== index)
    change('options', left.length > 0 ? left : undefined, false)
  }
  return (
    <Frame path="options" label={t('template.replies')} help={t('template.replies_help')}>
      {items.map((item, index) => (
        <div key={item.id} className={css.box}>
          <div className={css.withRemove}>
            <Line path={`options[${index}].label`} label={t('template.reply')} limit={limit.template_button} />
            {!readOnly && (
              <button
                type="button"
                className={css.icon}
                aria-label={t('fields.remove', { number: index + 1 })}
                onClick={() => remove(index)}
              >
                <IconTrash size={14} stroke={1.75} aria-hidden="true" />
              </button>
            )}
          </div>
          <Numb path={`options[${index}].index`} label={t('template.position')} least={0} most={9} />
        </div>
      ))}
      {!readOnly && (
        <button type="button" className={css.add} onClick={add}>
          <IconPlus size={16} stroke={1.75} aria-hidden="true" />
          {t('template.add_reply')}
        </button>
      )}
    </Frame>
  )
}

/** What a button that leads nowhere in this bot can be given. */
const kinds = ['url_suffix', 'copy_code', 'payload', 'flow_token', 'thumbnail'] as const
const limits = { copy_code: 20, payload: 128 } as Partial<Record<(typeof kinds)[number], number>>

/** The values of the other buttons. */
export function TemplateButtons() {
  const { t } = useTranslation('builder')
  const { change, readOnly } = useNode()
  const [buttons] = useField<ButtonValue[]>('buttons')
  const items = buttons ?? []
  const set = (next: ButtonValue[]) => change('buttons', next.length > 0 ? next : undefined, false)
  const add = (value: Partial<ButtonValue>) => set([...items, { index: items.length, ...value }])
  return (
    <Frame path="buttons" label={t('template.buttons')} optional={items.length === 0}>
      {items.map((item, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: buttons have no id.
        <div key={index} className={css.box}>
          <div className={css.withRemove}>
            <Line
              path={`buttons[${index}].${kindOf(item)}`}
              label={t(`template.${kindOf(item)}`)}
              limit={limits[kindOf(item)]}
              mono
            />
            {!readOnly && (
              <button
                type="button"
                className={css.icon}
                aria-label={t('fields.remove', { number: index + 1 })}
                onClick={() => set(items.filter((_, at) => at !== index))}
              >
                <IconTrash size={14} stroke={1.75} aria-hidden="true" />
              </button>
            )}
          </div>
          <Numb path={`buttons[${index}].index`} label={t('template.position')} least={0} most={9} />
        </div>
      ))}
      {!readOnly && (
        <Section row>
          {kinds.map(kind => (
            <button key={kind} type="button" className={css.add} onClick={() => add({ [kind]: '' })}>
              <IconPlus size={16} stroke={1.75} aria-hidden="true" />
              {t(`template.add_${kind}`)}
            </button>
          ))}
        </Section>
      )}
    </Frame>
  )
}

const kindOf = (item: ButtonValue) => kinds.find(kind => typeof item[kind] === 'string') ?? 'url_suffix'
