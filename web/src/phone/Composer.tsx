import {
  IconAlertOctagon,
  IconFile,
  IconMicrophone,
  IconPaperclip,
  IconSend2,
  IconTrash,
  IconX,
} from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Json } from '../messages/json'
import { AttachMenu, type Picked } from './AttachMenu'
import css from './Composer.module.css'
import { type Owner, upload } from './sim'
import ui from './ui.module.css'
import type { Voice } from './voice'

export interface Quoted {
  id: string
  line: string
}

interface Props {
  owner: Owner
  disabled: boolean
  quoted?: Quoted
  onQuoted: (quoted?: Quoted) => void
  voice: Voice
  trouble?: string
  setTrouble: (reason?: string) => void
  onSend: (message: Json, to?: string) => Promise<boolean>
  onLocation: () => void
  onContact: () => void
}

/** Where the customer writes. Enter sends, Shift and Enter breaks the line. */
export function Composer(props: Props) {
  const { owner, disabled, quoted, voice, trouble, setTrouble } = props
  const { t } = useTranslation('phone')
  const [text, setText] = useState('')
  const [staged, setStaged] = useState<Picked>()
  const [attaching, setAttaching] = useState(false)
  const [busy, setBusy] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const preview = usePreview(staged)

  useEffect(() => {
    if (quoted) field.current?.focus()
  }, [quoted])

  const submit = async () => {
    const body = text.trim()
    if (busy || disabled || (!body && !staged)) return
    setText('')
    setStaged(undefined)
    props.onQuoted(undefined)
    if (field.current) field.current.style.height = ''
    setBusy(true)
    const sent = await (staged ? sendFile(staged, body) : props.onSend({ type: 'text', text: { body } }, quoted?.id))
    setBusy(false)
    if (!sent) {
      setText(body)
      setStaged(staged)
    }
    field.current?.focus()
  }

  const sendFile = async ({ type, file }: Picked, caption: string) => {
    try {
      const { id, mime_type, sha256 } = await upload(owner.wa_id, file)
      const media = { id, mime_type, sha256, ...(caption ? { caption } : {}) }
      const part = type === 'document' ? { ...media, filename: file.name } : media
      return await props.onSend({ type, [type]: part }, quoted?.id)
    } catch (error) {
      setTrouble((error as Error).message)
      return false
    }
  }

  return (
    <div className={css.composer}>
      <p role="alert" className={css.trouble}>
        {trouble && (
          <>
            <IconAlertOctagon size={16} stroke={1.75} aria-hidden="true" />
            <span className="grow">{t('not_sent', { reason: trouble.replace(/[.\s]+$/, '') })}</span>
            <button type="button" className={ui.icon} aria-label={t('close')} onClick={() => setTrouble(undefined)}>
              <IconX size={16} stroke={1.75} aria-hidden="true" />
            </button>
          </>
        )}
      </p>
      {quoted && (
        <div className={css.quoted}>
          <span className="grow cut">{t('replying', { line: quoted.line })}</span>
          <button type="button" className={ui.icon} aria-label={t('remove')} onClick={() => props.onQuoted(undefined)}>
            <IconX size={16} stroke={1.75} aria-hidden="true" />
          </button>
        </div>
      )}
      {staged && (
        <div className={css.staged}>
          {preview ? <img src={preview} alt="" /> : <IconFile size={20} stroke={1.75} aria-hidden="true" />}
          <span className="grow cut">{staged.file.name}</span>
          <button type="button" className={ui.icon} aria-label={t('remove')} onClick={() => setStaged(undefined)}>
            <IconX size={16} stroke={1.75} aria-hidden="true" />
          </button>
        </div>
      )}
      <div className={css.row}>
        {voice.seconds !== undefined ? (
          <div className={css.recording} role="status">
            <button type="button" className={ui.icon} aria-label={t('stop')} onClick={voice.cancel}>
              <IconTrash size={18} stroke={1.75} aria-hidden="true" />
            </button>
            <i />
            {t('recording', {
              time: `${Math.floor(voice.seconds / 60)}:${String(voice.seconds % 60).padStart(2, '0')}`,
            })}
          </div>
        ) : (
          <div className={css.input}>
            <textarea
              ref={field}
              rows={1}
              value={text}
              disabled={disabled}
              aria-label={t(staged ? 'caption' : 'message')}
              placeholder={t(staged ? 'caption' : 'message')}
              onChange={event => {
                setText(event.target.value)
                event.target.style.height = ''
                event.target.style.height = `${Math.min(event.target.scrollHeight, 120)}px`
              }}
              onKeyDown={event => {
                if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
                event.preventDefault()
                void submit()
              }}
            />
            <button
              type="button"
              className={ui.icon}
              aria-label={t('attach')}
              aria-expanded={attaching}
              disabled={disabled}
              onClick={() => setAttaching(!attaching)}
            >
              <IconPaperclip size={18} stroke={1.75} aria-hidden="true" />
            </button>
          </div>
        )}
        {voice.seconds !== undefined ? (
          <button type="button" className={css.go} aria-label={t('send')} onClick={() => void voice.finish()}>
            <IconSend2 size={18} stroke={1.75} aria-hidden="true" />
          </button>
        ) : text.trim() || staged ? (
          <button type="button" className={css.go} aria-label={t('send')} disabled={busy} onClick={() => void submit()}>
            <IconSend2 size={18} stroke={1.75} aria-hidden="true" />
          </button>
        ) : (
          <button
            type="button"
            className={css.go}
            aria-label={t('record')}
            disabled={disabled}
            onClick={() => void voice.start()}
          >
            <IconMicrophone size={18} stroke={1.75} aria-hidden="true" />
          </button>
        )}
      </div>
      {attaching && (
        <AttachMenu
          onClose={() => setAttaching(false)}
          onFile={picked => {
            setStaged(picked)
            field.current?.focus()
          }}
          onVoice={() => void voice.start()}
          onLocation={props.onLocation}
          onContact={props.onContact}
        />
      )}
    </div>
  )
}

/** A picture of the chosen picture. */
function usePreview(staged?: Picked) {
  const [url, setUrl] = useState<string>()
  useEffect(() => {
    if (staged?.type !== 'image') return setUrl(undefined)
    const made = URL.createObjectURL(staged.file)
    setUrl(made)
    return () => URL.revokeObjectURL(made)
  }, [staged])
  return url
}
