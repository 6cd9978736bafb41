import { CloseButton, Drawer, SegmentedControl } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi } from '@tanstack/react-router'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { conversation, messages as messagesQuery, turns as turnsQuery } from '../../api/queries'
import type { Conversation, Turn } from '../../api/types'
import { clockSeconds } from '../../words/time'
import { contactName } from '../ui/names'
import { useTitle } from '../ui/PageHead'
import { Failure, Loading } from '../ui/States'
import { usePhoneWidth } from '../ui/wide'
import { Contact } from './Contact'
import css from './Conversations.module.css'
import { useSearchChange } from './search'
import { Trace } from './Trace'
import { Transcript } from './Transcript'
import { took } from './trace'

const route = getRouteApi('/inside/conversations')

/** One conversation: the transcript, and beside it the trace of the chosen turn. */
export function Opened({ id }: { id: string }) {
  const { t } = useTranslation('app')
  const search = route.useSearch()
  const change = useSearchChange()
  const phone = usePhoneWidth()
  const [view, setView] = useState<'trace' | 'contact'>('trace')
  const one = useQuery(conversation(id))
  const messages = useQuery(messagesQuery(id))
  const turns = useQuery(turnsQuery(id))
  useTitle(one.data ? contactName(one.data.contact) : t('conversations.title'))

  const list = turns.data ?? []
  const chosen = list.find(turn => turn.no === search.turn) ?? (phone ? undefined : list.at(-1))
  const choose = (no: number | undefined) => change({ turn: no })
  // On a phone the trace is a sheet; it opens on a tap, not with the page.
  const [sheet, setSheet] = useState(false)
  useEffect(() => setSheet(phone && search.turn !== undefined), [phone, search.turn])

  const failed = one.error ?? messages.error
  if (!one.data || !messages.data) {
    return (
      <section className={css.column} aria-label={t('conversations.transcript')}>
        {failed ? (
          <Failure
            what={t('conversations.failed_single')}
            error={failed}
            onRetry={() => void Promise.all([one.refetch(), messages.refetch()])}
          />
        ) : (
          <div style={{ padding: 16 }}>
            <Loading />
          </div>
        )}
      </section>
    )
  }

  const side = (
    <Side
      conversation={one.data}
      turns={list}
      turn={chosen}
      view={view}
      onView={setView}
      error={turns.error}
      onClose={phone ? () => choose(undefined) : undefined}
    />
  )
  return (
    <div className={css.opened}>
      <Transcript
        conversation={one.data}
        messages={messages.data}
        turn={chosen?.no}
        node={chosen?.visits.at(-1)?.node}
        onTurn={choose}
      />
      {phone ? (
        <Drawer.Root
          opened={sheet}
          onClose={() => choose(undefined)}
          position="bottom"
          size="72dvh"
          radius="lg"
          padding={0}
          styles={{ body: { height: '100%' } }}
        >
          <Drawer.Overlay />
          <Drawer.Content aria-label={t('trace.title')}>
            <Drawer.Body>{side}</Drawer.Body>
          </Drawer.Content>
        </Drawer.Root>
      ) : (
        side
      )}
    </div>
  )
}

interface SideProps {
  conversation: Conversation
  turns: Turn[]
  turn?: Turn
  view: 'trace' | 'contact'
  onView: (view: 'trace' | 'contact') => void
  error: unknown
  /** On a phone the panel is a sheet that can be put away. */
  onClose?: () => void
}

function Side({ conversation, turns, turn, view, onView, error, onClose }: SideProps) {
  const { t, i18n } = useTranslation('app')
  return (
    <aside className={css.column} style={{ height: '100%' }} aria-label={t('trace.title')}>
      <header className={css.head} style={{ paddingLeft: 16 }}>
        <div className="grow">
          <h2 className="cut">
            {turn ? t('trace.turn', { no: turn.no, of: Math.max(turns.length, turn.no) }) : t('trace.title')}
          </h2>
          {turn && (
            <p className="cut">
              {t('trace.took', {
                at: clockSeconds(turn.at, i18n.language),
                duration: took(turn.duration_us, i18n.language),
              })}
            </p>
          )}
        </div>
        <SegmentedControl
          aria-label={t('integrations.show')}
          value={view}
          onChange={value => onView(value === 'contact' ? 'contact' : 'trace')}
          data={[
            { value: 'trace', label: t('trace.title') },
            { value: 'contact', label: t('contact.title') },
          ]}
        />
        {onClose && <CloseButton size={40} iconSize={20} aria-label={t('close')} onClick={onClose} />}
      </header>
      {view === 'contact' ? (
        <Contact conversation={conversation} />
      ) : (
        <Trace conversation={conversation} turns={turns} turn={turn} error={error} />
      )}
    </aside>
  )
}
