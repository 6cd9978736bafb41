import { ActionIcon, Menu, Switch } from '@mantine/core'
import { IconDots, IconX } from '@tabler/icons-react'
import { useId, useLayoutEffect, useRef } from 'react'
import { useTranslation } from 'react-i18next'
import { useActions } from '../canvas/actions'
import { componentOf } from '../components'
import { useDesk, useWork } from '../context'
import { disconnect } from '../doc/edit'
import { limit } from '../doc/limits'
import { speech } from '../doc/speech'
import { useKindName, useNodeName } from '../parts/names'
import { Tile } from '../parts/Tile'
import { isKind } from '../shape'
import { Findings } from './Frame'
import { NodeContext, useField, useFindings, useNode } from './field'
import { Area, Fold } from './fields'
import css from './inspector.module.css'
import { Preview } from './Preview'
import { Targets } from './Targets'

/** The form of the node that is chosen. */
interface InspectorProps {
  id: string
  onClose: () => void
  onTestFrom: (node: string) => void
}

export function Inspector({ id, onClose, onTestFrom }: InspectorProps) {
  const goal = useDesk(desk => desk.goal)
  const box = useRef<HTMLElement>(null)
  const name = useNodeName()
  const node = useDesk(desk => desk.doc.nodes[id])
  // Before anything else is typed.
  useLayoutEffect(() => {
    if (goal?.node === id) focusField(box.current, goal.field)
  }, [goal, id])
  if (!node) return null
  const { Form } = componentOf(node.type)
  return (
    <aside className={css.inspector} ref={box} aria-label={name(node)} data-panel="inspector">
      <NodeContext value={id}>
        <Head onClose={onClose} onTestFrom={onTestFrom} key={`head ${id}`} />
        <div className={css.form} key={id}>
          <Form />
          <Preview />
          <Targets />
        </div>
        <Foot key={`foot ${id}`} />
      </NodeContext>
    </aside>
  )
}

/** The field with this path, or the nearest one around it; the first one when there is none. */
function focusField(box: HTMLElement | null, field: string | undefined) {
  if (!box) return
  const fields = [...box.querySelectorAll<HTMLElement>('[data-field]')]
  const exact = field && fields.find(one => one.dataset.field === field)
  const around = field && fields.filter(one => field.startsWith(one.dataset.field!)).at(-1)
  const found = exact || around || fields[0]
  found?.closest('details')?.setAttribute('open', '')
  const input =
    found?.querySelector<HTMLElement>('[contenteditable=true]') ??
    found?.querySelector<HTMLElement>('textarea, input, select, button')
  input?.focus()
  input?.scrollIntoView({ block: 'nearest' })
}

function Head({ onClose, onTestFrom }: { onClose: () => void; onTestFrom: (node: string) => void }) {
  const { t } = useTranslation('builder')
  const actions = useActions()
  const { id, node, change, readOnly } = useNode()
  const isStart = useDesk(desk => desk.doc.start === id)
  const kind = useKindName()
  const one = new Set([id])
  return (
    <header className={css.head}>
      <Tile type={node.type} />
      <div className="grow">
        <input
          className={css.name}
          aria-label={t('inspector.name')}
          value={node.label ?? ''}
          placeholder={kind(node.type)}
          maxLength={80}
          readOnly={readOnly}
          onChange={({ target }) => change('label', target.value || undefined)}
          onKeyDown={event => {
            if (event.key === 'Enter') event.currentTarget.blur()
          }}
        />
        <div className={css.kind}>
          {kind(node.type)} <span className="mono">{id}</span>
        </div>
      </div>
      <Menu position="bottom-end" width={210}>
        <Menu.Target>
          <ActionIcon variant="subtle" color="gray" aria-label={t('inspector.more')}>
            <IconDots size={16} stroke={1.75} aria-hidden="true" />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => onTestFrom(id)}>{t('menu.test_from')}</Menu.Item>
          {!readOnly && (
            <Menu.Item disabled={isStart} onClick={() => actions.setStart(id)}>
              {t('menu.start')}
            </Menu.Item>
          )}
          <Menu.Item onClick={() => actions.copy()}>{t('menu.copy')}</Menu.Item>
          {!readOnly && <Menu.Item onClick={() => actions.duplicate(one)}>{t('menu.duplicate')}</Menu.Item>}
          {!readOnly && <Menu.Divider />}
          {!readOnly && <Menu.Item onClick={() => actions.remove(one)}>{t('menu.delete')}</Menu.Item>}
        </Menu.Dropdown>
      </Menu>
      <ActionIcon variant="subtle" color="gray" aria-label={t('inspector.close')} onClick={onClose}>
        <IconX size={16} stroke={1.75} aria-hidden="true" />
      </ActionIcon>
    </header>
  )
}

/** What all components have in common: errors, and a note for the team. */
function Foot() {
  const { t } = useTranslation('builder')
  const { desk } = useWork()
  const { id, node, readOnly } = useNode()
  const asked = useDesk(state => state.errors.has(id))
  const findings = useFindings('error_message')
  const [mail, setMail] = useField<boolean>('email_admin')
  const [note] = useField<string>('note')
  const shown = asked || node.ports?.error !== undefined || componentOf(node.type).calls === true
  const note_ = useId()
  if (!isKind(node.type)) return null
  return (
    <div className={css.common}>
      {node.type !== 'end' && (
        <Switch
          className={css.line}
          labelPosition="left"
          label={t('inspector.error_port')}
          checked={shown}
          disabled={readOnly || componentOf(node.type).calls}
          onChange={({ currentTarget }) => {
            const on = currentTarget.checked
            desk.getState().showError(id, on)
            if (!on) desk.getState().change('cut_edge', doc => disconnect(doc, [{ from: id, port: 'error' }]))
          }}
        />
      )}
      {node.type !== 'end' && node.ports?.error === undefined && (
        <div className={css.line}>
          <Fold title={t('inspector.error_message')} open={node.error_message !== undefined}>
            <Area
              path="error_message"
              label={t('inspector.error_says')}
              help={t('inspector.error_help')}
              limit={limit.text}
              rows={2}
              optional
            />
            <Findings findings={findings} />
          </Fold>
        </div>
      )}
      <Switch
        className={css.line}
        labelPosition="left"
        label={t('inspector.email_admin')}
        checked={mail === true}
        disabled={readOnly}
        onChange={({ currentTarget }) => setMail(currentTarget.checked || undefined)}
      />
      {speech(node) && <Speech />}
      <div className={css.line}>
        <Fold title={t('inspector.note')} open={note !== undefined}>
          <Note id={note_} />
        </Fold>
      </div>
    </div>
  )
}

/** How the messages of a component are shown: with the message they answer, with a card for a link. */
function Speech() {
  const { t } = useTranslation('builder')
  const { node, readOnly } = useNode()
  const [quote, setQuote] = useField<boolean>('quote')
  const [preview, setPreview] = useField<boolean>('preview_url')
  const says = speech(node)
  return (
    <>
      {(says?.quotes || quote === true) && (
        <Switch
          className={css.line}
          labelPosition="left"
          label={t('inspector.quote')}
          description={t('inspector.quote_help')}
          checked={quote === true}
          disabled={readOnly}
          onChange={({ currentTarget }) => setQuote(currentTarget.checked || undefined)}
        />
      )}
      {(says?.texts || preview === true) && (
        <Switch
          className={css.line}
          labelPosition="left"
          label={t('inspector.preview_url')}
          description={t('inspector.preview_url_help')}
          checked={preview === true}
          disabled={readOnly}
          onChange={({ currentTarget }) => setPreview(currentTarget.checked || undefined)}
        />
      )}
    </>
  )
}

function Note({ id }: { id: string }) {
  const { t } = useTranslation('builder')
  const { readOnly } = useNode()
  const [note, setNote] = useField<string>('note')
  return (
    <textarea
      id={id}
      className={css.plain}
      aria-label={t('inspector.note')}
      placeholder={t('inspector.note_placeholder')}
      rows={3}
      value={note ?? ''}
      readOnly={readOnly}
      onChange={({ target }) => setNote(target.value || undefined)}
    />
  )
}
