import {
  IconAdjustmentsHorizontal,
  IconArrowsSplit2,
  IconDeviceMobile,
  IconPlus,
  type TablerIcon,
} from '@tabler/icons-react'
import { useTranslation } from 'react-i18next'
import { chosenNode, useDesk } from '../context'
import { useNodeName } from '../parts/names'
import css from './BottomBar.module.css'

export type View = 'flow' | 'add' | 'node' | 'test'

/** On a phone one thing is looked at at a time. */
export function BottomBar({ view, onView }: { view: View; onView: (view: View) => void }) {
  const { t } = useTranslation('builder')
  const chosen = useDesk(desk => {
    const id = chosenNode(desk)
    return id ? desk.doc.nodes[id] : undefined
  })
  const name = useNodeName()
  const tabs: [View, TablerIcon, string, boolean][] = [
    ['flow', IconArrowsSplit2, t('views.flow'), true],
    ['add', IconPlus, t('views.add'), true],
    ['node', IconAdjustmentsHorizontal, chosen ? name(chosen) : t('views.node'), chosen !== undefined],
    ['test', IconDeviceMobile, t('views.test'), true],
  ]
  return (
    <nav className={css.bar} aria-label={t('views.title')}>
      {tabs.map(([key, Icon, label, enabled]) => (
        <button key={key} type="button" aria-pressed={view === key} disabled={!enabled} onClick={() => onView(key)}>
          <Icon size={18} stroke={1.75} aria-hidden="true" />
          <span className="cut">{label}</span>
        </button>
      ))}
    </nav>
  )
}
