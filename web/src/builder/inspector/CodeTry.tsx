import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { useReason } from '../../app/ui/States'
import { useWork } from '../context'
import { inCode } from '../doc/variables'
import { Fold, useNode } from './fields'
import css from './inspector.module.css'
import { RunButton, useTry } from './Try'

/** What the code does with values for its variables. */
export function CodeTry() {
  const { t } = useTranslation('builder')
  const { node } = useNode()
  const { id } = useWork()
  const reason = useReason()
  const { fields, variables } = useTry(inCode(node.code))
  const run = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST('/api/v1/bots/{id}/code', {
          params: { path: { id } },
          body: { code: String(node.code ?? ''), variables: variables as never },
        }),
      ),
  })
  const tried = run.data
  const changed = Object.entries((tried?.changed ?? {}) as Record<string, unknown>)
  return (
    <Fold title={t('code.try')}>
      {fields}
      <div className={css.buttons}>
        <RunButton pending={run.isPending} onClick={() => run.mutate()}>
          {t('code.run')}
        </RunButton>
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
