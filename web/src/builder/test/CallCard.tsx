import { Button } from '@mantine/core'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { TestSession } from '../../api/bots'
import { useDesk, useWork } from '../context'
import form from '../inspector/inspector.module.css'
import { useNodeName } from '../parts/names'
import css from './Test.module.css'

const errors = ['timeout', 'refused', 'too_large', 'blocked', 'invalid', 'rejected'] as const

/** The bot asks the world: answer in its place, or let it ask. What was answered last is proposed again. */
const last = new Map<string, { status: string; body: string }>()

export function CallCard({ call }: { call: NonNullable<TestSession['call']> }) {
  const { t } = useTranslation('builder')
  const { test } = useWork()
  const node = useDesk(desk => desk.doc.nodes[call.node])
  const name = useNodeName()
  const before = last.get(call.node)
  const [status, setStatus] = useState(before?.status ?? '200')
  const [body, setBody] = useState(before?.body ?? JSON.stringify(call.sample ?? {}))
  const answer = () => {
    last.set(call.node, { status, body })
    const error = errors.find(known => known === status)
    if (error) return void test.act({ answer: { node: call.node, error } })
    void test.act({ answer: { node: call.node, status: Number(status) || 200, ...read(body) } })
  }
  return (
    <div className={css.card}>
      <p>
        <b>{node ? name(node) : call.node}</b> <span className="mono">{call.summary}</span>
      </p>
      <div className={css.answer}>
        <select
          className={form.select}
          aria-label={t('test.status')}
          value={status}
          onChange={({ target }) => setStatus(target.value)}
        >
          {['200', '201', '204', '400', '401', '403', '404', '409', '422', '429', '500', '503'].map(code => (
            <option key={code} value={code}>
              {code}
            </option>
          ))}
          {errors.map(error => (
            <option key={error} value={error}>
              {t(`test.errors.${error}`)}
            </option>
          ))}
        </select>
        <textarea
          className={`${form.plain} mono`}
          rows={2}
          aria-label={t('test.body')}
          value={body}
          spellCheck={false}
          disabled={errors.some(error => error === status)}
          onChange={({ target }) => setBody(target.value)}
        />
      </div>
      <div className={css.cardActions}>
        <Button size="xs" variant="default" onClick={() => void test.act({ call: 'real' })}>
          {t('test.call_really')}
        </Button>
        <Button size="xs" onClick={answer}>
          {t('test.answer')}
        </Button>
      </div>
    </div>
  )
}

function read(body: string): { json?: unknown; text?: string } {
  if (!body.trim()) return {}
  try {
    return { json: JSON.parse(body) }
  } catch {
    return { text: body }
  }
}
