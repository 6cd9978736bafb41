import { IconArrowLeft, IconDots } from '@tabler/icons-react'
import { type Ref, useEffect, useImperativeHandle, useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { Json } from '../messages/json'
import type { Of } from '../messages/message'
import { placeRows, places } from '../messages/places'
import { listReply } from '../messages/surface'
import { initials } from '../words/names'
import { clockTime } from '../words/time'
import { Chats } from './Chats'
import { ChatView } from './ChatView'
import { ChoiceSheet } from './ChoiceSheet'
import { Composer, type Quoted } from './Composer'
import { useChat } from './chat'
import { MoreSheet, type PageActions } from './MoreSheet'
import css from './Phone.module.css'
import { Status } from './Status'
import { cards, contactMessage, myPlace, placeMessage } from './samples'
import { type BusinessNumber, markRead, type Owner } from './sim'
import ui from './ui.module.css'
import { useVoice } from './voice'

/** What the panel beside the phones can ask of one. */
export interface PhoneHandle {
  voice(): void
  location(): void
  contact(): void
}

interface Props {
  ref?: Ref<PhoneHandle>
  owner: Owner
  number?: BusinessNumber
  numbers: BusinessNumber[]
  others: Owner[]
  readsAtOnce: boolean
  /** Another phone is in front on a small screen. */
  behind: boolean
  broken: boolean
  page: PageActions
  onActive: () => void
  onOpen: (number: string) => void
  onHide?: () => void
  onSwitch: (wa_id: string) => void
}

type Open =
  | { what: 'list'; message: Of<'list'>; to: string }
  | { what: 'places'; to?: string }
  | { what: 'contacts' | 'more' }
  | undefined

// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one screen, its parts beside each other.
export function Phone(props: Props) {
  const { owner, number, numbers, others, readsAtOnce, behind, page } = props
  const { t, i18n } = useTranslation('phone')
  const [screen, setScreen] = useState<'chat' | 'chats'>('chat')
  const [open, setOpen] = useState<Open>()
  const [quoted, setQuoted] = useState<Quoted>()
  const { items, typing, trouble, setTrouble, send } = useChat(owner, number?.id)
  const name = number?.verified_name || number?.display_phone_number || t('business_short')

  const sendAs = (message: Json, to?: string) =>
    send(
      to && number
        ? { ...message, context: { from: number.display_phone_number.replace(/\D/g, ''), id: to } }
        : message,
    )
  const voice = useVoice(owner.wa_id, message => void sendAs(message), setTrouble)

  useImperativeHandle(props.ref, () => ({
    voice: () => void voice.start(),
    location: () => setOpen({ what: 'places' }),
    contact: () => setOpen({ what: 'contacts' }),
  }))

  const unread = items?.some(item => item.direction === 'out' && item.status === 'delivered') ?? false
  const read = () => {
    if (unread && number) void markRead(owner.wa_id, number.id).catch(() => {})
  }
  useEffect(() => {
    if (readsAtOnce && unread && number) void markRead(owner.wa_id, number.id).catch(() => {})
  }, [readsAtOnce, unread, number, owner.wa_id])

  const close = () => setOpen(undefined)
  const sendPlace = async (id: string, to?: string) => {
    close()
    const place = id === 'mine' ? await myPlace() : places[id]
    if (place) await sendAs(placeMessage(place), to)
    else setTrouble(t('no_place'))
  }

  return (
    <article
      className={`${css.phone} ${behind ? css.behind : ''}`}
      aria-label={t('phone_of', { name: owner.name })}
      data-phone={owner.wa_id}
      onPointerDownCapture={props.onActive}
      onFocusCapture={() => {
        props.onActive()
        read()
      }}
    >
      <div className={css.screen}>
        <div className={css.under} inert={open !== undefined}>
          <Status time={clockTime(Date.now(), i18n.language)} name={owner.name} broken={props.broken} />
          {screen === 'chats' ? (
            <Chats
              owner={owner}
              numbers={numbers}
              current={number?.id}
              others={others}
              onOpen={id => {
                props.onOpen(id)
                setScreen('chat')
              }}
              onSwitch={props.onSwitch}
              onMore={() => setOpen({ what: 'more' })}
              onAdd={page.addPhone}
            />
          ) : (
            <>
              <header className={css.who}>
                <button type="button" className={ui.icon} aria-label={t('back')} onClick={() => setScreen('chats')}>
                  <IconArrowLeft size={18} stroke={1.75} aria-hidden="true" />
                </button>
                <span className={ui.avatar} aria-hidden="true">
                  {initials(name)}
                </span>
                <div className="grow">
                  <h2 className={`${css.name} cut`}>{name}</h2>
                  <p className={`${css.under2} cut`}>
                    {typing ? t('typing', { name: t('business_short') }) : t('simulated')}
                  </p>
                </div>
                <button
                  type="button"
                  className={ui.icon}
                  aria-label={t('more')}
                  onClick={() => setOpen({ what: 'more' })}
                >
                  <IconDots size={18} stroke={2.25} aria-hidden="true" />
                </button>
              </header>
              <div className={css.body}>
                <Weave id={owner.wa_id} />
                <ChatView
                  items={items}
                  typing={typing}
                  name={name}
                  empty={numbers.length === 0 ? 'no_number' : 'empty'}
                  onAnswer={(message, to) => void sendAs(message, to)}
                  onList={(message, to) => setOpen({ what: 'list', message, to })}
                  onPlaces={to => setOpen({ what: 'places', to })}
                  onQuote={setQuoted}
                />
                <Composer
                  owner={owner}
                  disabled={!number}
                  quoted={quoted}
                  onQuoted={setQuoted}
                  voice={voice}
                  trouble={trouble}
                  setTrouble={setTrouble}
                  onSend={sendAs}
                  onLocation={() => setOpen({ what: 'places' })}
                  onContact={() => setOpen({ what: 'contacts' })}
                />
              </div>
            </>
          )}
        </div>
        {open?.what === 'list' && (
          <ChoiceSheet
            title={open.message.button}
            sections={open.message.sections}
            onClose={close}
            onSend={row => {
              close()
              void sendAs(listReply(row), open.to)
            }}
          />
        )}
        {open?.what === 'places' && (
          <ChoiceSheet
            title={t('choose_place')}
            sections={[
              { rows: [{ id: 'mine', title: t('my_place'), description: t('my_place_more') }] },
              { title: t('places'), rows: placeRows },
            ]}
            onClose={close}
            onSend={row => void sendPlace(row.id, open.to)}
          />
        )}
        {open?.what === 'contacts' && (
          <ChoiceSheet
            title={t('choose_contact')}
            sections={[{ rows: cards(others).map(({ id, name, phone }) => ({ id, title: name, description: phone })) }]}
            onClose={close}
            onSend={row => {
              close()
              void sendAs(contactMessage(cards(others).find(card => card.id === row.id)!))
            }}
          />
        )}
        {open?.what === 'more' && (
          <MoreSheet
            page={page}
            onClose={close}
            onChats={screen === 'chat' ? () => setScreen('chats') : undefined}
            onHide={props.onHide}
          />
        )}
      </div>
    </article>
  )
}

/** The stepped crosses behind the bubbles: our own drawing. */
function Weave({ id }: { id: string }) {
  return (
    <svg className={css.weave} aria-hidden="true">
      <pattern id={`weave-${id}`} width="56" height="56" patternUnits="userSpaceOnUse">
        <path d="M14 8h4v4h4v4h4v4h-4v4h-4v4h-4v-4h-4v-4H6v-4h4v-4h4zM42 36h4v4h4v4h4v4h-4v4h-4v4h-4v-4h-4v-4h-4v-4h4v-4h4z" />
      </pattern>
      <rect width="100%" height="100%" fill={`url(#weave-${id})`} />
    </svg>
  )
}
