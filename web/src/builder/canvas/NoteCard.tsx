import { type NodeProps, NodeResizer } from '@xyflow/react'
import { memo } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWork } from '../context'
import { setNote } from '../doc/edit'
import css from './canvas.module.css'

/** Words on the canvas, for those who build the bot. */
export const NoteCard = memo(function NoteCard({ id, selected }: NodeProps) {
  const { t } = useTranslation('builder')
  const { desk, readOnly } = useWork()
  const note = useDesk(state => state.doc.notes[id])
  if (!note) return null
  return (
    <div className={`${css.note} ${selected ? css.selected : ''}`}>
      <NodeResizer
        isVisible={selected && !readOnly}
        minWidth={120}
        minHeight={60}
        lineClassName={css.resizeLine}
        handleClassName={css.resizeHandle}
        onResizeEnd={(_, { width, height, x, y }) =>
          desk
            .getState()
            .change('note', doc =>
              doc.notes[id] ? setNote(doc, { ...doc.notes[id]!, size: [width, height], at: [x, y] }) : doc,
            )
        }
      />
      <textarea
        className="nowheel"
        aria-label={t('canvas.note')}
        placeholder={t('canvas.note_placeholder')}
        value={note.text}
        readOnly={readOnly}
        onChange={({ target }) =>
          desk
            .getState()
            .change('note', doc => (doc.notes[id] ? setNote(doc, { ...doc.notes[id]!, text: target.value }) : doc), id)
        }
      />
    </div>
  )
})
