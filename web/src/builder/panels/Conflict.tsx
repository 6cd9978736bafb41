import { Button, Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useSaving, useWork } from '../context'
import { useNodeName } from '../parts/names'
import css from './panels.module.css'

/** Two have changed the same thing. Nothing is lost: what is not chosen stays in the history. */
export function Conflict() {
  const { t } = useTranslation('builder')
  const { saver, desk } = useWork()
  const conflict = useSaving(saving => saving.conflict)
  const name = useNodeName()
  if (!conflict) return null
  const { merged, theirs } = conflict
  const named = merged.conflicts.map(({ part, key }) => {
    const node = part === 'nodes' && key ? (desk.getState().doc.nodes[key] ?? theirs.nodes[key]) : undefined
    return node ? name(node) : key ? `${t(`parts.${part as 'notes'}`)}: ${key}` : t(`parts.${part as 'notes'}`)
  })
  return (
    <Modal
      opened
      size={540}
      onClose={() => {}}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      title={t('conflict.title')}
    >
      <p>{t('conflict.text', { mine: merged.mine, theirs: merged.theirs })}</p>
      <ul className={css.bullets}>
        {named.map(one => (
          <li key={one}>{one}</li>
        ))}
      </ul>
      <p className={css.quietText}>{t('conflict.undo')}</p>
      <div className={css.stackedActions}>
        <Button data-autofocus onClick={() => saver.decide('mine')}>
          {t('conflict.mine')}
        </Button>
        <Button variant="default" onClick={() => saver.decide('theirs')}>
          {t('conflict.theirs')}
        </Button>
        <Button variant="default" onClick={() => saver.decide('only_theirs')}>
          {t('conflict.only_theirs')}
        </Button>
      </div>
    </Modal>
  )
}
