import { Button } from '@mantine/core'
import { IconAlertOctagon, IconAlertTriangle, IconChevronDown } from '@tabler/icons-react'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useStore } from 'zustand'
import type { Finding } from '../../api/bots'
import { useActions } from '../canvas/actions'
import { useDesk, useWork } from '../context'
import { useNodeName } from '../parts/names'
import css from './ProblemBar.module.css'
import { useProblemText } from './words'

/** The first problem and a count at the foot of the canvas; it opens to all, and each leads to its place. */
export function ProblemBar({ onShow, onBot }: { onShow: () => void; onBot: () => void }) {
  const { t } = useTranslation('builder')
  const { findings } = useWork()
  const problems = useStore(findings.store, found => found.problems)
  const empty = useDesk(desk => desk.doc.order.length === 0)
  const [open, setOpen] = useState(false)
  const say = useSentence()
  const go = useGo(onShow, onBot)
  if (problems.length === 0 || empty) return null
  const sorted = [...problems].sort((a, b) => Number(b.severity === 'error') - Number(a.severity === 'error'))
  const [first] = sorted
  const errors = sorted.filter(({ severity }) => severity === 'error').length
  return (
    <section className={css.bar} aria-label={t('problems.title')}>
      {open && (
        <ul className={css.all}>
          {sorted.map((problem, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: problems have no id.
            <li key={index}>
              <button type="button" onClick={() => go(problem)}>
                <Mark problem={problem} />
                {say(problem)}
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className={css.line}>
        <Mark problem={first!} />
        <div className={`grow ${css.first}`}>
          <b>{say(first!)}</b>{' '}
          <span>
            {errors > 0
              ? t('problems.publishing_waits', { count: errors })
              : t('problems.only_odd', { count: sorted.length })}
          </span>
        </div>
        {sorted.length > 1 && (
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            aria-expanded={open}
            rightSection={
              <IconChevronDown size={14} stroke={2} className={open ? css.up : css.down} aria-hidden="true" />
            }
            onClick={() => setOpen(!open)}
          >
            {t('problems.all', { count: sorted.length })}
          </Button>
        )}
        <Button size="xs" variant="default" onClick={() => go(first!)}>
          {t('problems.show')}
        </Button>
      </div>
    </section>
  )
}

function Mark({ problem }: { problem: Finding }) {
  const Icon = problem.severity === 'error' ? IconAlertOctagon : IconAlertTriangle
  return (
    <Icon size={18} stroke={1.75} className={problem.severity === 'error' ? css.error : css.odd} aria-hidden="true" />
  )
}

/** A problem with the name of its node before it. */
export function useSentence() {
  const { t } = useTranslation('builder')
  const doc = useDesk(desk => desk.doc)
  const name = useNodeName()
  const say = useProblemText()
  return (problem: Finding) => {
    const node = problem.node ? doc.nodes[problem.node] : undefined
    return node ? t('problems.at', { node: name(node), what: say(problem) }) : say(problem)
  }
}

/** Chooses the node and puts the focus into the field; what concerns the whole bot is in its panel. */
export function useGo(onShow?: () => void, onBot?: () => void) {
  const { desk } = useWork()
  const actions = useActions()
  return ({ node, field, port }: Finding) => {
    if (!node || !desk.getState().doc.nodes[node]) {
      desk.getState().select([])
      onBot?.()
      return
    }
    desk.getState().goTo(node, port ? `ports.${port}` : (field ?? undefined))
    actions.show(node)
    onShow?.()
  }
}
