import { IconPlus, IconTrash } from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { useWork } from '../context'
import { setNode } from '../doc/edit'
import { limit } from '../doc/limits'
import { write } from '../doc/path'
import type { ChoiceValue, SectionValue } from '../shape'
import { Choices } from './Choices'
import { Line, useField, useNode } from './fields'
import css from './inspector.module.css'

/** A long list is easier to read in sections with titles. */
export function Sections() {
  const { t } = useTranslation('builder')
  const { desk } = useWork()
  const { id, change, readOnly } = useNode()
  const [sections] = useField<SectionValue[]>('sections')
  const items = sections ?? []
  const ids = (except?: number) =>
    items.flatMap((section, index) => (index === except ? [] : (section.options ?? []).map(option => option.id)))
  /** The options that stood alone become the first section; back again when only one is left. */
  const regroup = (next: SectionValue[] | undefined, options: ChoiceValue[] | undefined) =>
    desk.getState().change('edit', doc => {
      const node = doc.nodes[id]
      return node ? setNode(doc, write(write(node, 'sections', next), 'options', options)) : doc
    })
  const split = () => {
    const options = (desk.getState().doc.nodes[id]?.options ?? []) as ChoiceValue[]
    regroup([{ title: '', options }], undefined)
  }
  const add = () => change('sections', [...items, { title: '', options: [] }], false)
  const remove = (index: number) => {
    const left = items.filter((_, other) => other !== index)
    if (left.length === 0) regroup(undefined, items[index]?.options ?? [])
    else change('sections', left, false)
  }
  return (
    <>
      {items.map((section, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: sections have no id.
        <div key={index} className={css.box}>
          <div className={css.withRemove}>
            <Line path={`sections[${index}].title`} label={t('fields.section_title')} limit={limit.section} />
            {!readOnly && (
              <button
                type="button"
                className={css.icon}
                aria-label={t('fields.remove_section', { number: index + 1 })}
                onClick={() => remove(index)}
              >
                <IconTrash size={14} stroke={1.75} aria-hidden="true" />
              </button>
            )}
          </div>
          <Choices
            path={`sections[${index}].options`}
            label={t('fields.options')}
            add={t('fields.add_option')}
            most={10}
            limit={limit.row}
            descriptions
            taken={ids(index)}
          />
          {section.options?.length === 0 && <p className={css.help}>{t('fields.empty_section')}</p>}
        </div>
      ))}
      {!readOnly && items.length < 10 && (
        <button type="button" className={css.add} onClick={items.length > 0 ? add : split}>
          <IconPlus size={16} stroke={1.75} aria-hidden="true" />
          {items.length > 0 ? t('fields.add_section') : t('fields.split')}
        </button>
      )}
    </>
  )
}
