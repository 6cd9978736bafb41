import { ActionIcon, Button, Menu } from '@mantine/core'
import { IconAdjustmentsHorizontal, IconDeviceFloppy, IconRefresh, IconX } from '@tabler/icons-react'
import { useCallback, useEffect, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Bot } from '../../api/types'
import { useReason } from '../../app/ui/States'
import type { Of } from '../../messages/message'
import { initials } from '../../words/names'
import { useDesk, useTest, useWork } from '../context'
import { useNodeName } from '../parts/names'
import { listAnswer } from './answer'
import { CallCard } from './CallCard'
import { Chat } from './Chat'
import { Composer } from './Composer'
import { ListSheet } from './ListSheet'
import { PlaceSheet } from './PlaceSheet'
import { SaveTest } from './SaveTest'
import { Setup } from './Setup'
import { span } from './span'
import css from './Test.module.css'
import { Values } from './Values'

/** The chat with the draft: the same engine, the same limits, the same bubbles as on the phone. */
export function TestPanel({ bot, onClose }: { bot?: Bot; onClose: () => void }) {
  const { t } = useTranslation('builder')
  const { test } = useWork()
  const session = useTest(state => state.session)
  const busy = useTest(state => state.busy)
  const error = useTest(state => state.error)
  const outdated = useTest(state => state.outdated)
  const setup = useTest(state => state.setup)
  const start = useDesk(desk => (setup.start ? desk.doc.nodes[setup.start] : undefined))
  const nodeName = useNodeName()
  const reason = useReason()
  const [list, setList] = useState<Of<'list'>>()
  const [places, setPlaces] = useState(false)
  const openPlaces = useCallback(() => setPlaces(true), [])
  const [view, setView] = useState<'chat' | 'setup' | 'save'>('chat')
  const box = useRef<HTMLElement>(null)
  const write = () => box.current?.querySelector<HTMLElement>('textarea')?.focus()
  // biome-ignore lint/correctness/useExhaustiveDependencies: another session is written to from its start.
  useEffect(() => {
    if (view === 'chat') write()
  }, [view, session?.id])
  const again = () => {
    write()
    void test.begin()
  }
  const contact = setup.contact?.name || 'Ana'
  const real = setup.effects?.usual === 'real'
  const some = Object.values(setup.effects?.nodes ?? {}).some(way => (way === 'real') !== real)
  return (
    <aside className={css.panel} aria-label={t('test.title')} ref={box} data-panel="test">
      <header className={css.head}>
        <div className="grow">
          <h2>{t('test.title')}</h2>
          <p className="cut">
            {some ? t('test.mixed') : real ? t('test.real') : t('test.canned')}
            {start && ` · ${t('test.from', { node: nodeName(start) })}`}
          </p>
        </div>
        <ActionIcon
          variant="subtle"
          color="gray"
          aria-label={t('test.setup')}
          aria-pressed={view === 'setup'}
          onClick={() => setView(view === 'setup' ? 'chat' : 'setup')}
        >
          <IconAdjustmentsHorizontal size={16} stroke={1.75} aria-hidden="true" />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" aria-label={t('test.again')} onClick={again}>
          <IconRefresh size={16} stroke={1.75} aria-hidden="true" />
        </ActionIcon>
        <ActionIcon variant="subtle" color="gray" aria-label={t('test.close')} onClick={onClose}>
          <IconX size={16} stroke={1.75} aria-hidden="true" />
        </ActionIcon>
      </header>
      {view === 'setup' ? (
        <Setup
          onStart={next => {
            setView('chat')
            void test.begin(next)
          }}
        />
      ) : view === 'save' && session ? (
        <SaveTest session={session} onDone={() => setView('chat')} />
      ) : (
        <>
          <div className={css.phone}>
            <div className={css.who}>
              <span className={css.avatar} aria-hidden="true">
                {initials(bot?.name ?? '') || '–'}
              </span>
              <div className="grow">
                <b className="cut">{bot?.name}</b>
                <small className="cut">{t('test.contact', { name: contact })}</small>
              </div>
            </div>
            <Chat
              log={session?.log ?? []}
              busy={busy}
              onAnswer={answer => void test.act(answer)}
              onList={setList}
              onPlaces={openPlaces}
              ended={session?.status === 'ended'}
            />
            {session?.call && <CallCard call={session.call} />}
            {session?.status === 'sleeping' && <Sleep until={session.wakes_at} now={session.now} />}
            {session?.status === 'handed_off' && (
              <div className={css.card}>
                <p>{t('test.handed_off')}</p>
                <Button size="xs" variant="default" onClick={() => void test.act({ hand_back: true })}>
                  {t('test.hand_back')}
                </Button>
              </div>
            )}
            {error !== undefined && (
              <p className={css.error} role="alert">
                {reason(error)}
              </p>
            )}
            {outdated && (
              <div className={css.outdated}>
                <span className="grow">{t('test.outdated')}</span>
                <button type="button" onClick={again}>
                  {t('test.again')}
                </button>
              </div>
            )}
            <Composer
              disabled={!session || session.status === 'calling'}
              empty={session?.log.length === 0}
              onSend={step => void test.act(step)}
              onPlaces={openPlaces}
            />
            {list && (
              <ListSheet
                list={list}
                onClose={() => setList(undefined)}
                onSend={choice => {
                  setList(undefined)
                  void test.act(listAnswer(choice))
                }}
              />
            )}
            {places && (
              <PlaceSheet
                onClose={() => setPlaces(false)}
                onSend={location => {
                  setPlaces(false)
                  void test.act({ location })
                }}
              />
            )}
          </div>
          <Values />
          <div className={css.foot}>
            <TimeMenu />
            <Button
              size="xs"
              variant="default"
              disabled={!session || session.log.length === 0}
              leftSection={<IconDeviceFloppy size={14} stroke={1.75} aria-hidden="true" />}
              onClick={() => setView('save')}
            >
              {t('test.save')}
            </Button>
          </div>
        </>
      )}
    </aside>
  )
}

function Sleep({ until, now }: { until: string | null; now: string }) {
  const { t } = useTranslation('builder')
  const { test } = useWork()
  const seconds = until ? Math.max(0, (Date.parse(until) - Date.parse(now)) / 1000) : 0
  return (
    <div className={css.card}>
      <p>{t('test.sleeps', { time: span(seconds) })}</p>
      <Button
        size="xs"
        variant="default"
        onClick={() => void test.act({ advance: `${Math.ceil(seconds * 10) / 10}s` })}
      >
        {t('test.skip')}
      </Button>
    </div>
  )
}

function TimeMenu() {
  const { t, i18n } = useTranslation('builder')
  const { test } = useWork()
  const now = useTest(state => state.session?.now)
  const steps = ['1m', '1h', '1d', '2d'] as const
  return (
    <Menu position="top-start">
      <Menu.Target>
        <Button size="xs" variant="default" disabled={!now}>
          {now
            ? new Date(now).toLocaleString(i18n.language, {
                dateStyle: 'short',
                timeStyle: 'short',
                hourCycle: 'h23',
                timeZone: 'UTC',
              })
            : '–'}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{t('test.later')}</Menu.Label>
        {steps.map(step => (
          <Menu.Item key={step} onClick={() => void test.act({ advance: step })}>
            {t(`test.spans.${step}`)}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
