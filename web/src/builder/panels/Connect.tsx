import { Modal } from '@mantine/core'
import { useTranslation } from 'react-i18next'
import { useDesk } from '../context'
import { NodeContext } from '../inspector/field'
import { Targets } from '../inspector/Targets'
import { useNodeName } from '../parts/names'

/** Connections by name, for the keyboard. */
export function Connect({ node, onClose }: { node: string; onClose: () => void }) {
  const { t } = useTranslation('builder')
  const name = useNodeName()
  const found = useDesk(desk => desk.doc.nodes[node])
  if (!found) return null
  return (
    <Modal
      opened
      onClose={onClose}
      title={t('connect.title', { name: name(found) })}
      closeButtonProps={{ 'aria-label': t('close') }}
    >
      <NodeContext value={node}>
        <Targets />
      </NodeContext>
    </Modal>
  )
}
