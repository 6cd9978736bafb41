import { IconUpload } from '@tabler/icons-react'
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { type DragEvent, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { UploadedFile } from '../api/types'
import { Dialog } from '../app/ui/FormDialog'
import { useReason } from '../app/ui/States'
import css from './files.module.css'
import { Thumb } from './Thumb'
import { largest, sized, upload, uploads } from './upload'

export type FileKind = 'image' | 'sticker' | 'video' | 'audio' | 'document'

interface Props {
  /** What is wanted; left out: any file, also such as WhatsApp does not take. */
  kinds?: FileKind[]
  /** Dropped where the dialog was asked for: uploaded at once. */
  dropped?: File
  onPick: (file: UploadedFile) => void
  onClose: () => void
}

/** A file from this computer, or one that was uploaded before. */
export function FileDialog({ kinds, dropped, onPick, onClose }: Props) {
  const { t } = useTranslation('app')
  const picks = usePicking(kinds, onPick)
  const input = useRef<HTMLInputElement>(null)
  const [over, setOver] = useState(false)
  const first = useRef(dropped)
  useEffect(() => {
    if (first.current) void picks.send(first.current)
    first.current = undefined
  })
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    const file = event.dataTransfer.files[0]
    if (file) void picks.send(file)
  }
  return (
    <Dialog title={t('files.title')} onClose={onClose}>
      <button
        type="button"
        className={css.drop}
        data-over={over || undefined}
        disabled={picks.part !== undefined}
        onClick={() => input.current?.click()}
        onDragOver={event => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={onDrop}
      >
        <IconUpload size={20} stroke={1.75} aria-hidden="true" />
        {picks.part === undefined ? t('files.drop') : t('files.uploading', { name: picks.name })}
        <small>{t(kinds?.length === 1 ? `files.limits.${kinds[0] as FileKind}` : 'files.limits.any')}</small>
      </button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label={t('files.choose')}
        onChange={({ target }) => {
          const file = target.files?.[0]
          target.value = ''
          if (file) void picks.send(file)
        }}
      />
      {picks.part !== undefined && (
        <div
          className={css.bar}
          role="progressbar"
          aria-label={t('files.uploading', { name: picks.name })}
          aria-valuenow={Math.round(picks.part * 100)}
        >
          <i style={{ width: `${picks.part * 100}%` }} />
        </div>
      )}
      {picks.wrong && (
        <p role="alert" className={css.wrong}>
          {picks.wrong}
        </p>
      )}
      <Earlier kinds={kinds} onPick={onPick} />
    </Dialog>
  )
}

/** Uploads what is picked, and says why when it cannot be used here. */
function usePicking(kinds: FileKind[] | undefined, onPick: (file: UploadedFile) => void) {
  const queries = useQueryClient()
  const reason = useReason()
  const problem = useProblem(kinds)
  const { t } = useTranslation('app')
  const [state, setState] = useState<{ name: string; part?: number; wrong?: string }>({ name: '' })
  const send = async (file: File) => {
    if (file.size > largest) return setState({ name: file.name, wrong: t('files.too_large') })
    setState({ name: file.name, part: 0 })
    try {
      const kept = await upload(file, part => setState({ name: file.name, part }))
      await queries.invalidateQueries({ queryKey: uploads.queryKey })
      const wrong = problem(kept)
      setState({ name: file.name, wrong })
      if (!wrong) onPick(kept)
    } catch (error) {
      setState({ name: file.name, wrong: reason(error) })
    }
  }
  return { ...state, send }
}

/** Why a file cannot be used here. */
function useProblem(kinds: FileKind[] | undefined) {
  const { t, i18n } = useTranslation('app')
  return (file: UploadedFile): string | undefined => {
    if (!kinds) return undefined
    const as = file.sent_as
    if (!as) return t('files.not_taken', { type: file.mime_type })
    // Any file that WhatsApp takes can go as a document.
    if (!kinds.includes(as.kind) && !kinds.includes('document')) {
      return t('files.wrong_kind', { kind: t(`files.kinds.${as.kind}`) })
    }
    if (as.fits) return undefined
    return t('files.over', { size: sized(file.size, i18n.language), largest: sized(as.largest, i18n.language) })
  }
}

function Earlier({ kinds, onPick }: Pick<Props, 'kinds' | 'onPick'>) {
  const { t, i18n } = useTranslation('app')
  const problem = useProblem(kinds)
  const items = useQuery(uploads).data?.items ?? []
  const usable = items.filter(file => problem(file) === undefined)
  if (usable.length === 0) return null
  return (
    <>
      <h3 className={css.head}>{t('files.earlier')}</h3>
      <div className={css.list}>
        {usable.map(file => (
          <button key={file.id} type="button" className={css.file} onClick={() => onPick(file)}>
            <Thumb file={file} />
            <span>
              <b dir="auto">{file.filename || t('files.nameless')}</b>
              <small>
                {sized(file.size, i18n.language)} · {new Date(file.created_at).toLocaleDateString(i18n.language)}
              </small>
            </span>
          </button>
        ))}
      </div>
    </>
  )
}
