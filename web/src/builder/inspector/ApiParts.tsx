import { useTranslation } from 'react-i18next'
import { Area, Line, Segments, useField, useNode } from './fields'
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
