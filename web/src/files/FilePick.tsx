import { Tooltip } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { UploadedFile } from '../api/types'
import { FileDialog, type FileKind } from './FileDialog'
import css from './files.module.css'
import { Thumb } from './Thumb'
import { isUploaded, sized, uploads } from './upload'

interface Props {
  kinds?: FileKind[]
  disabled?: boolean
  /** Looks like the buttons beside it. */
  className?: string
  onPick: (file: UploadedFile) => void
  children?: ReactNode
}

/** A button that gives a file: uploaded now or before. Files may be dropped on it. */
export function FilePick({ kinds, disabled, className, onPick, children }: Props) {
  const { t } = useTranslation('app')
  const [open, setOpen] = useState<{ dropped?: File }>()
  return (
    <>
      <Tooltip label={t('files.title')} openDelay={400} disabled={children !== undefined}>
        <button
          type="button"
          className={className}
          aria-label={children === undefined ? t('files.title') : undefined}
          disabled={disabled}
          onClick={() => setOpen({})}
          onDragOver={event => event.preventDefault()}
          onDrop={event => {
            event.preventDefault()
            if (!disabled) setOpen({ dropped: event.dataTransfer.files[0] })
          }}
        >
          {children ?? <IconUpload size={16} stroke={1.75} aria-hidden="true" />}
        </button>
      </Tooltip>
      {open && (
        <FileDialog
          kinds={kinds}
          dropped={open.dropped}
          onClose={() => setOpen(undefined)}
          onPick={file => {
            setOpen(undefined)
            onPick(file)
          }}
        />
      )}
    </>
  )
}

/** The file that an id stands for: its picture, name and size. Nothing for other texts. */
export function Picked({ id }: { id: string }) {
  const { t, i18n } = useTranslation('app')
  const { data } = useQuery({ ...uploads, enabled: isUploaded(id) })
  if (!isUploaded(id)) return null
  const file = data?.items.find(item => item.id === id.trim())
  if (!file) return null
  return (
    <div className={css.file}>
      <Thumb file={file} />
      <span>
        <b dir="auto">{file.filename || t('files.nameless')}</b>
        <small>{sized(file.size, i18n.language)}</small>
      </span>
    </div>
  )
}
