import { Button, Skeleton } from '@mantine/core'
import { IconAlertOctagon } from '@tabler/icons-react'
import { type ReactNode, useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ApiError } from '../../api/client'
import { clockTime } from '../../words/time'
import css from './page.module.css'

/** Nothing is there yet: one cord drawing, what this thing is, the one button. */
export function Empty({ title, text, children }: { title: string; text: ReactNode; children?: ReactNode }) {
  return (
    <div className={css.state}>
      <svg className={css.drawing} width="168" height="72" viewBox="0 0 168 72" aria-hidden="true">
        <path d="M6 10c44 14 112 14 156 0" />
        <path d="M44 18v38M70 21v24M98 21v34M124 18v20" />
        <circle cx="44" cy="44" r="5.500" />
        <circle cx="70" cy="34" r="5.500" />
        <circle cx="98" cy="42" r="5.500" />
        <circle cx="98" cy="55" r="3.500" />
        <circle cx="124" cy="30" r="5.500" />
      </svg>
      <h2>{title}</h2>
      <p>{text}</p>
      {children && <div className={css.actions}>{children}</div>}
    </div>
  )
}

/** The filter matches nothing: it is named, and can be cleared. */
export function NothingFound({ filter, onClear }: { filter: string; onClear: () => void }) {
  const { t } = useTranslation('app')
  return (
    <div className={css.state}>
      <h2>{t('nothing.title')}</h2>
      <p>{t('nothing.text', { filter })}</p>
      <div className={css.actions}>
        <Button variant="default" onClick={onClear}>
          {t('nothing.clear')}
        </Button>
      </div>
    </div>
  )
}

/** What went wrong, in words, with the code last. */
export function useReason() {
  const { t } = useTranslation('app')
  return (error: unknown) => {
    if (!(error instanceof ApiError)) return t('error.unknown')
    if (error.status === 0) return t('error.network')
    const code = error.status === 404 || error.status === 403 ? error.status : undefined
    const said = error.problem?.detail ?? (code ? t(`error.${code}`) : (error.problem?.title ?? t('error.unknown')))
    return t('error.with_code', { said: said.replace(/\.$/, ''), code: error.status })
  }
}

/** Something could not be read, and there is nothing older to show. */
export function Failure({ what, error, onRetry }: { what: string; error: unknown; onRetry?: () => void }) {
  const { t } = useTranslation('app')
  const reason = useReason()
  return (
    <div className={css.state} role="alert">
      <IconAlertOctagon size={32} stroke={1.75} className={css.failing} aria-hidden="true" />
      <h2>{what}</h2>
      <p>{reason(error)}</p>
      {onRetry && (
        <div className={css.actions}>
          <Button variant="default" onClick={onRetry}>
            {t('error.retry')}
          </Button>
        </div>
      )}
    </div>
  )
}

/** A refresh failed; the old values stay and say how old they are. */
export function Stale({ error, updatedAt, onRetry }: { error: unknown; updatedAt: number; onRetry: () => void }) {
  const { t, i18n } = useTranslation('app')
  const reason = useReason()
  return (
    <div className={css.stale} role="alert">
      <IconAlertOctagon size={18} stroke={1.75} aria-hidden="true" />
      <span className="grow">
        {reason(error)} {t('error.stale', { at: clockTime(updatedAt, i18n.language) })}
      </span>
      <Button variant="default" size="xs" onClick={onRetry}>
        {t('error.retry')}
      </Button>
    </div>
  )
}

/** Rows that will come, after a moment in which nothing needs to be said. */
export function Loading({ rows = 4, height = 66 }: { rows?: number; height?: number }) {
  const { t } = useTranslation('app')
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 200)
    return () => clearTimeout(timer)
  }, [])
  if (!late) return null
  return (
    <div aria-busy="true">
      <span className="vh" role="status">
        {t('loading')}
      </span>
      {Array.from({ length: rows }, (_, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: all alike.
        <Skeleton key={index} height={height - 20} my={10} radius="md" />
      ))}
    </div>
  )
}
