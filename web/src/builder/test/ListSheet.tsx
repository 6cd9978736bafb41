import { useState } from 'react'
import type { Choice, Of } from '../../messages/message'
import { Rows, Sheet } from './Sheet'

interface Props {
  list: Of<'list'>
  onSend: (choice: Choice) => void
  onClose: () => void
}

/** The rows of a list, as the phone opens them. */
export function ListSheet({ list, onSend, onClose }: Props) {
  const [id, setId] = useState<string>()
  const chosen = list.sections.flatMap(section => section.rows).find(row => row.id === id)
  return (
    <Sheet title={list.button} ready={chosen !== undefined} onSend={() => chosen && onSend(chosen)} onClose={onClose}>
      <Rows sections={list.sections} chosen={id} onChoose={setId} />
    </Sheet>
  )
}
