import { Button } from '@mantine/core'
import { IconCopy, IconPlayerPlay } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TriedRequest } from '../../api/bots'
import { api, unwrap } from '../../api/client'
import { useReason } from '../../app/parts/States'
import { useTest, useWork } from '../context'
import { pieces, texts } from '../doc/variables'
import { copyText } from '../parts/copyText'
import { Area, Fold, Line, Segments, useField, useNode } from './fields'
import css from './inspector.module.css'
import { Pairs } from './Pairs'

interface Body {
  json?: unknown
  form?: Record<string, string>
  raw?: string
  content_type?: string
}

/** The body: none, JSON, a form, or text as it is. */
export function ApiBody() {
  const { t } = useTranslation('builder')
  const { change } = useNode()
  const [body] = useField<Body>('body')
  const kind = !body ? 'none' : body.json !== undefined ? 'json' : body.form ? 'form' : 'raw'
  const fresh: Record<string, Body | undefined> = {
    none: undefined,
    json: { json: '{\n  \n}' },
    form: { form: {} },
    raw: { raw: '' },
  }
  return (
    <>
      <Segments
        label={t('api.body')}
        value={kind}
        options={['none', 'json', 'form', 'raw'].map(value => ({ value, label: t(`api.bodies.${value as 'none'}`) }))}
        onPick={value => change('body', fresh[value], false)}
      />
      {kind === 'json' &&
        (typeof body?.json === 'string' ? (
          <Area path="body.json" label="JSON" rows={5} help={t('api.json_help')} />
        ) : (
          <Tree value={body?.json} />
        ))}
      {kind === 'form' && <Pairs path="body.form" label={t('api.form')} name={t('api.name')} value={t('api.value')} />}
      {kind === 'raw' && (
        <>
          <Area path="body.raw" label={t('api.raw')} rows={4} />
          <Line path="body.content_type" label={t('api.content_type')} optional mono plain />
        </>
      )}
    </>
  )
}

/** JSON that a file brought as JSON: it becomes text when it is to be edited. */
function Tree({ value }: { value: unknown }) {
  const { t } = useTranslation('builder')
  const { change, readOnly } = useNode()
  return (
    <div className={css.field} data-field="body.json">
      <pre className={css.source}>{JSON.stringify(value, null, 2)}</pre>
      {!readOnly && (
        <button
          type="button"
          className={css.add}
          onClick={() => change('body.json', JSON.stringify(value, null, 2), false)}
        >
          {t('api.edit_json')}
        </button>
      )}
    </div>
  )
}

/** Sends the request with values for its variables, and shows the same as a curl command. */
export function ApiTry() {
  const { t } = useTranslation('builder')
  const { node, readOnly } = useNode()
  const { id } = useWork()
  const reason = useReason()
  const tested = useTest(test => test.session?.variables)
  const [values, setValues] = useState<Record<string, string>>({})
  const names = [
    ...new Set(
      [...texts(node)].flatMap(([, text]) => pieces(text).flatMap(({ path }) => path?.split(/[.[]/)[0] ?? [])),
    ),
  ].filter(name => !['contact', 'message', 'conversation', 'integration', 'bot', 'now', 'today'].includes(name))
  const run = useMutation({
    mutationFn: (send: boolean) =>
      unwrap(
        api.POST('/api/v1/bots/{id}/request', {
          params: { path: { id } },
          body: { node: node as never, variables: { ...tested, ...parsed(values) } as never, send },
        }),
      ),
  })
  return (
    <Fold title={t('api.try')}>
      {names.map(name => (
        <label key={name} className={css.tryValue}>
          <span className="mono">{name}</span>
          <input
            className={css.input}
            placeholder={tested?.[name] === undefined ? '' : String(tested[name])}
            value={values[name] ?? ''}
            onChange={({ target }) => setValues({ ...values, [name]: target.value })}
          />
        </label>
      ))}
      <div className={css.buttons}>
        <Button
          size="xs"
          variant="default"
          disabled={readOnly}
          loading={run.isPending}
          leftSection={<IconPlayerPlay size={14} stroke={1.75} aria-hidden="true" />}
          onClick={() => run.mutate(true)}
        >
          {t('api.send')}
        </Button>
        <Button size="xs" variant="default" onClick={() => run.mutate(false)}>
          {t('api.curl')}
        </Button>
      </div>
      {run.error && <p className={css.wrong}>{reason(run.error)}</p>}
      {run.data && <Tried tried={run.data} />}
    </Fold>
  )
}

function Tried({ tried }: { tried: TriedRequest }) {
  const { t } = useTranslation('builder')
  return (
    <div aria-live="polite">
      {tried.error && <p className={css.wrong}>{tried.error}</p>}
      {tried.answer && (
        <>
          <p className={css.answer}>
            <b>{t('api.status', { status: tried.answer.status })}</b> {t('api.took', { ms: tried.answer.ms })}
          </p>
          <pre className={css.source}>{tried.answer.text || t('api.empty')}</pre>
        </>
      )}
      <div className={css.curl}>
        <pre className={css.source}>{tried.curl}</pre>
        <button
          type="button"
          className={css.icon}
          aria-label={t('api.copy_curl')}
          onClick={() => void copyText(tried.curl)}
        >
          <IconCopy size={14} stroke={1.75} aria-hidden="true" />
        </button>
      </div>
      {tried.warnings.map(warning => (
        <p key={warning} className={css.odd}>
          {warning}
        </p>
      ))}
    </div>
  )
}

/** What looks like JSON is JSON, anything else is text. */
export function parsed(values: Record<string, string>): Record<string, unknown> {
  const entries = Object.entries(values).filter(([, value]) => value !== '')
  return Object.fromEntries(
    entries.map(([name, value]) => {
      try {
        return [name, JSON.parse(value)]
      } catch {
        return [name, value]
      }
    }),
  )
}
