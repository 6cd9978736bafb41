import { Button } from '@mantine/core'
import { IconPlayerPlay } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { useReason } from '../../app/parts/States'
import { useTest, useWork } from '../context'
import { inCode } from '../doc/variables'
import { parsed } from './ApiParts'
import { Fold, useNode } from './fields'
import css from './inspector.module.css'

/** What the code does with values for its variables. */
export function CodeTry() {
  const { t } = useTranslation('builder')
  const { node, readOnly } = useNode()
  const { id } = useWork()
  const reason = useReason()
  const tested = useTest(test => test.session?.variables)
  const [values, setValues] = useState<Record<string, string>>({})
  const run = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/api/v1/bots/{id}/code', {
          params: { path: { id } },
          body: { code: String(node.code ?? ''), variables: { ...tested, ...parsed(values) } as never },
        }),
      ),
  })
  const tried = run.data
  const changed = Object.entries((tried?.changed ?? {}) as Record<string, unknown>)
  return (
    <Fold title={t('code.try')}>
      {inCode(node.code).map(name => (
        <label key={name} className={css.tryValue}>
          <span className="mono">{name}</span>
          <input
            className={css.input}
            placeholder={tested?.[name] === undefined ? '' : JSON.stringify(tested[name])}
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
          onClick={() => run.mutate()}
        >
          {t('code.run')}
        </Button>
      </div>
      {run.error && <p className={css.wrong}>{reason(run.error)}</p>}
      {tried && (
        <div aria-live="polite">
          {tried.error ? (
            <p className={css.wrong}>{tried.error}</p>
          ) : (
            <>
              <p className={css.answer}>
                <b>{t('code.returned')}</b> {t('api.took', { ms: tried.ms })}
              </p>
              <pre className={css.source}>{JSON.stringify(tried.result, null, 2)}</pre>
              {changed.map(([name, value]) => (
                <p key={name} className={css.answer}>
                  <span className="mono">{name}</span> = <span className="mono">{JSON.stringify(value)}</span>
                </p>
              ))}
              {tried.removed.map(name => (
                <p key={name} className={css.answer}>
                  {t('code.removed', { name })}
                </p>
              ))}
            </>
          )}
          {tried.printed && <pre className={css.source}>{tried.printed}</pre>}
        </div>
      )}
    </Fold>
  )
}
