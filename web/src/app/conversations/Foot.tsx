import { Button, Checkbox, CloseButton, NativeSelect, Textarea } from '@mantine/core'
import { IconPaperclip, IconSend2, IconUser } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { type KeyboardEvent, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { conversation as conversationQuery, templates } from '../../api/queries'
import type { Conversation, UploadedFile } from '../../api/types'
import { FilePick } from '../../files/FilePick'
import { Thumb } from '../../files/Thumb'
import { TemplateFields } from '../../templates/TemplateFields'
import { TemplatePreview } from '../../templates/TemplatePreview'
import { chosen, type Given, keyOf } from '../../templates/values'
import { left } from '../../words/time'
import { useMay } from '../shell/session'
import { Confirm } from '../ui/Confirm'
import { Summary } from '../ui/Fields'
import { useRefused } from '../ui/form'
import forms from '../ui/form.module.css'
import { useNow } from '../ui/now'
import { useReason } from '../ui/States'
import css from './Conversations.module.css'
import { Thread } from './Thread'

type Command = 'take_over' | 'hand_back' | 'close'

function useCommand(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (what: Command) => {
      const params = { path: { id } }
      if (what === 'take_over') return unwrap(api.POST('/api/v1/conversations/{id}/take_over', { params }))
      if (what === 'hand_back') return unwrap(api.POST('/api/v1/conversations/{id}/hand_back', { params }))
      return unwrap(api.POST('/api/v1/conversations/{id}/close', { params }))
    },
    onSuccess: now => {
      queries.setQueryData(conversationQuery(id).queryKey, now)
      void queries.invalidateQueries({ queryKey: ['conversations'] })
      void queries.invalidateQueries({ queryKey: ['conversation', id] })
    },
  })
}

/** Ends the conversation for good. */
export function Close({ conversation }: { conversation: Conversation }) {
  const { t } = useTranslation('talk')
  const [asks, setAsks] = useState(false)
  const run = useCommand(conversation.id)
  if (!useMay('edit') || conversation.status === 'ended') return null
  return (
    <>
      <Button variant="subtle" size="xs" onClick={() => setAsks(true)}>
        {t('close')}
      </Button>
      <Confirm
        opened={asks}
        onClose={() => setAsks(false)}
        title={t('close_title')}
        text={t('close_text')}
        button={t('close')}
        pending={run.isPending}
        error={run.error}
        onConfirm={() => run.mutate('close', { onSuccess: () => setAsks(false) })}
      />
    </>
  )
}

/** The message that the next one quotes. */
interface Reply {
  id: string
  line: string
}

interface Props {
  conversation: Conversation
  reply?: Reply
  onReplied: () => void
}

/** Who answers, and how long one may write freely; whoever has taken over writes here. */
export function Foot({ conversation, reply, onReplied }: Props) {
  const { t } = useTranslation('app')
  const { t: talk } = useTranslation('talk')
  const now = useNow()
  const may = useMay('edit')
  const reason = useReason()
  const run = useCommand(conversation.id)
  const { status, window_closes_at } = conversation
  // Whoever took over writes next; whoever handed back may take over again.
  const took = run.isSuccess && run.variables === 'take_over'
  const gave = run.isSuccess && run.variables === 'hand_back'
  const rest = window_closes_at ? left(window_closes_at, now) : undefined
  const open = rest && rest.hours + rest.minutes > 0 ? rest : undefined
  if (status === 'ended') return <footer className={css.foot}>{t('conversations.ended')}</footer>
  const window = open ? t('conversations.window', open) : t('conversations.window_closed')
  if (status !== 'handed_off' || !may) {
    return (
      <footer className={`${css.foot} ${css.bar}`}>
        {may && <Thread conversation={conversation} />}
        <span className="grow">
          {status === 'handed_off' ? <b>{t('conversations.person_answers')}</b> : t('conversations.bot_answers')}{' '}
          {window}
          {run.error && (
            <span role="alert" className={css.refused}>
              {' '}
              {reason(run.error)}
            </span>
          )}
        </span>
        {may && (
          <Button
            variant="default"
            className={css.take}
            autoFocus={gave}
            loading={run.isPending}
            leftSection={<IconUser size={16} stroke={1.75} aria-hidden="true" />}
            onClick={() => run.mutate('take_over')}
          >
            {talk('take_over')}
          </Button>
        )}
      </footer>
    )
  }
  return (
    <footer className={css.foot}>
      <Thread conversation={conversation} />
      <div className={css.banner}>
        <IconUser size={16} stroke={2} aria-hidden="true" />
        <b className="grow">{talk('you_answer')}</b>
        <Button variant="default" size="xs" loading={run.isPending} onClick={() => run.mutate('hand_back')}>
          {talk('hand_back')}
        </Button>
      </div>
      {run.error && (
        <p role="alert" className={css.refused}>
          {reason(run.error)}
        </p>
      )}
      {open ? (
        <Words id={conversation.id} rest={talk('time_left', open)} reply={reply} onReplied={onReplied} focused={took} />
      ) : (
        <OnlyTemplates conversation={conversation} focused={took} />
      )}
    </footer>
  )
}

interface Said {
  text?: string
  file?: { id: string; caption?: string }
  preview_url?: boolean
  reply_to?: string
  template?: never
}

function useWrite(id: string) {
  const queries = useQueryClient()
  return useMutation({
    mutationFn: (body: Said) =>
      unwrap(api.POST('/api/v1/conversations/{id}/messages', { params: { path: { id } }, body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['conversation', id] }),
  })
}

interface WordsProps {
  id: string
  rest: string
  reply?: Reply
  onReplied: () => void
  focused: boolean
}

function Words({ id, rest, reply, onReplied, focused }: WordsProps) {
  const { t } = useTranslation('talk')
  const reason = useReason()
  const [text, setText] = useState('')
  const [card, setCard] = useState(false)
  const [file, setFile] = useState<UploadedFile>()
  const hasLink = /https?:\/\/[\p{L}\p{N}]/iu.test(text)
  const write = useWrite(id)
  const send = () => {
    const said = text.trim()
    if (!(said || file) || write.isPending) return
    const done = () => {
      setText('')
      setFile(undefined)
      setCard(false)
      onReplied()
    }
    const more = card && hasLink ? { preview_url: true } : {}
    // Words beside a file stand below it.
    const what = file ? { file: { id: file.id, ...(said ? { caption: said } : {}) } } : { text: said, ...more }
    write.mutate({ ...what, ...(reply ? { reply_to: reply.id } : {}) }, { onSuccess: done })
  }
  const onKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }
  return (
    <form
      className={css.composer}
      onSubmit={event => {
        event.preventDefault()
        send()
      }}
    >
      <Textarea
        className="grow"
        autoFocus={focused}
        aria-label={t('write')}
        placeholder={t('write')}
        rows={2}
        maxLength={4096}
        value={text}
        error={write.error ? reason(write.error) : undefined}
        onChange={event => setText(event.currentTarget.value)}
        onKeyDown={onKey}
      />
      <Button
        type="submit"
        disabled={!text.trim() && !file}
        loading={write.isPending}
        leftSection={<IconSend2 size={16} stroke={1.75} aria-hidden="true" />}
      >
        {t('send')}
      </Button>
      <FilePick
        kinds={['image', 'sticker', 'video', 'audio', 'document']}
        className={css.attach}
        disabled={write.isPending}
        onPick={setFile}
      >
        <IconPaperclip size={16} stroke={1.75} aria-hidden="true" />
        {t('attach')}
      </FilePick>
      {file && (
        <span className={css.replies}>
          <Thumb file={file} />
          <span className="cut grow" dir="auto">
            {file.filename || file.mime_type}
          </span>
          <CloseButton size="sm" aria-label={t('no_file')} onClick={() => setFile(undefined)} />
        </span>
      )}
      {reply && (
        <span className={css.replies}>
          <span className="cut grow">{t('replies_to', { line: reply.line })}</span>
          <CloseButton size="sm" aria-label={t('no_reply')} onClick={onReplied} />
        </span>
      )}
      {hasLink && (
        <Checkbox
          size="xs"
          style={{ flexBasis: '100%' }}
          label={t('link_card')}
          checked={card}
          onChange={event => setCard(event.currentTarget.checked)}
        />
      )}
      <span className={css.rest}>{rest}</span>
    </form>
  )
}

/** Outside the window Meta takes approved templates only. */
function OnlyTemplates({ conversation, focused }: { conversation: Conversation; focused: boolean }) {
  const { t } = useTranslation('talk')
  const reason = useReason()
  const known = useQuery(templates(conversation.integration.id)).data?.items ?? []
  const approved = known.filter(one => one.status === 'APPROVED')
  const [given, setGiven] = useState<Given>()
  const write = useWrite(conversation.id)
  const found = given && approved.find(one => keyOf(one) === keyOf(given))
  const { wrong, watch } = useRefused(write.error)
  return (
    <form
      {...watch}
      className={forms.form}
      style={{ gap: 10 }}
      onSubmit={event => {
        event.preventDefault()
        if (given) write.mutate({ template: given as never }, { onSuccess: () => setGiven(undefined) })
      }}
    >
      <p>{t('closed')}</p>
      {approved.length === 0 ? (
        <p>{t('no_templates')}</p>
      ) : (
        <div className={css.composer}>
          <NativeSelect
            className="grow"
            autoFocus={focused}
            aria-label={t('template')}
            value={given ? keyOf(given) : ''}
            data={[
              { value: '', label: t('choose_template') },
              ...approved.map(one => ({ value: keyOf(one), label: `${one.name} (${one.language})` })),
            ]}
            onChange={event => {
              const next = approved.find(one => keyOf(one) === event.currentTarget.value)
              setGiven(next && chosen(next))
              write.reset()
            }}
          />
          <Button type="submit" disabled={!found} loading={write.isPending}>
            {t('send')}
          </Button>
        </div>
      )}
      {found && given && (
        <>
          <TemplateFields template={found} given={given} onChange={setGiven} wrong={wrong} pointer="/template" />
          <TemplatePreview template={found} given={given} />
        </>
      )}
      <Summary wrong={wrong} homeless />
      {write.error && Object.keys(wrong).length === 0 && (
        <p role="alert" className={css.refused}>
          {reason(write.error)}
        </p>
      )}
    </form>
  )
}
