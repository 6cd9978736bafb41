import { Button } from '@mantine/core'
import { IconCopy } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useTranslation } from 'react-i18next'
import type { TriedRequest } from '../../api/bots'
import { api, unwrap } from '../../api/client'
import { useReason } from '../../app/ui/States'
import { useWork } from '../context'
import { pieces, texts } from '../doc/variables'
import { copyText } from '../parts/copyText'
import { Fold, useNode } from './fields'
import css from './inspector.module.css'
import { RunButton, useTry } from './Try'

/** Sends the request with values for its variables, and shows the same as a curl command. */
export function ApiTry() {
  const { t } = useTranslation('builder')
  const { node } = useNode()
  const { id } = useWork()
  const reason = useReason()
  const names = [
    ...new Set(
      [...texts(node)].flatMap(([, text]) => pieces(text).flatMap(({ path }) => path?.split(/[.[]/)[0] ?? [])),
    ),
  ].filter(name => !['contact', 'message', 'conversation', 'integration', 'bot', 'now', 'today'].includes(name))
  const { fields, variables } = useTry(names)
  const run = useMutation({
    mutationFn: (send: boolean) =>
      unwrap(
        api.POST('/api/v1/bots/{id}/request', {
          params: { path: { id } },
          body: { node: node as never, variables: variables as never, send },
        }),
      ),
  })
  return (
    <Fold title={t('api.try')}>
      {fields}
      <div className={css.buttons}>
        <RunButton pending={run.isPending} onClick={() => run.mutate(true)}>
          {t('api.send')}
        </RunButton>
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
