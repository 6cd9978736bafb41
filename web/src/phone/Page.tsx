import { IconAlertTriangle, IconMoon, IconPlus, IconSun } from '@tabler/icons-react'
import { useEffect, useMemo, useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { Mark } from '../look/Mark'
import { isDark, keepScheme, paintScheme } from '../look/theme'
import { LanguageChoice } from '../words/LanguageChoice'
import { AddPhone } from './AddPhone'
import css from './Page.module.css'
import { Panel } from './Panel'
import { Phone, type PhoneHandle } from './Phone'
import { present, useShown } from './shown'
import ui from './ui.module.css'
import { useWorld } from './world'

export function Page() {
  const { t } = useTranslation('phone')
  const { world, change, addOwner } = useWorld()
  const { shown, show, hide, open } = useShown()
  const [active, setActive] = useState<string>()
  const [adding, setAdding] = useState(false)
  const [panel, setPanel] = useState(false)
  const handles = useRef(new Map<string, PhoneHandle>())
  const phones = useMemo(() => present(shown, world.owners, world.numbers), [shown, world])
  const current = phones.find(phone => phone.owner.wa_id === active) ?? phones[0]

  useFirstPhone(world.reached && phones.length === 0, async () => {
    const owner = world.owners[0] ?? (await addOwner({ name: t('you') }))
    show(owner.wa_id)
  })
  useEffect(() => {
    document.title = t('title')
  }, [t])

  const page = {
    theme: () => {
      const scheme = isDark() ? 'light' : 'dark'
      keepScheme(scheme)
      paintScheme(scheme)
    },
    addPhone: () => setAdding(true),
    panel: () => setPanel(true),
  }

  return (
    <div className={css.page}>
      <header className={css.top}>
        <Mark />
        <h1>{t('simulator')}</h1>
        <span className={`${css.subtitle} grow cut`}>{t('subtitle')}</span>
        <Broken show={world.reached && !world.live} />
        <LanguageChoice className={ui.button} label={t('language')} />
        <button type="button" className={ui.button} onClick={page.theme}>
          <IconMoon size={16} stroke={1.75} aria-hidden="true" className={css.moon} />
          <IconSun size={16} stroke={1.75} aria-hidden="true" className={css.sun} />
          {t('theme')}
        </button>
        <button type="button" className={ui.button} onClick={page.addPhone}>
          <IconPlus size={16} stroke={1.75} aria-hidden="true" />
          {t('add_phone')}
        </button>
      </header>
      <Panel
        world={world}
        change={change}
        sheet={panel}
        onClose={() => setPanel(false)}
        customer={phones.length > 1 ? current?.owner.name : undefined}
        handle={() => (current ? handles.current.get(current.owner.wa_id) : undefined)}
      />
      <main className={css.stage} data-sideways>
        {phones.map(({ owner, number }) => (
          <Phone
            key={owner.wa_id}
            ref={handle => {
              if (handle) handles.current.set(owner.wa_id, handle)
              else handles.current.delete(owner.wa_id)
            }}
            owner={owner}
            number={number}
            numbers={world.numbers}
            others={phones.map(phone => phone.owner).filter(other => other !== owner)}
            readsAtOnce={world.settings?.read_at_once ?? true}
            behind={owner !== current?.owner}
            broken={world.reached && !world.live}
            page={page}
            onActive={() => setActive(owner.wa_id)}
            onOpen={chosen => open(owner.wa_id, chosen)}
            onHide={phones.length > 1 ? () => hide(owner.wa_id) : undefined}
            onSwitch={setActive}
          />
        ))}
        {!world.reached && !world.live && phones.length === 0 && <Broken show />}
      </main>
      {adding && (
        <AddPhone
          onClose={() => setAdding(false)}
          onAdd={async owner => {
            const added = await addOwner(owner)
            show(added.wa_id)
            setActive(added.wa_id)
          }}
        />
      )}
    </div>
  )
}

/** A newcomer finds a phone to type into; asked once, whatever React does. */
function useFirstPhone(wanted: boolean, make: () => Promise<void>) {
  const asked = useRef(false)
  useEffect(() => {
    if (!wanted || asked.current) return
    asked.current = true
    void make().finally(() => {
      asked.current = false
    })
  })
}

function Broken({ show }: { show: boolean }) {
  const { t } = useTranslation('phone')
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(show), show ? 1500 : 0)
    return () => clearTimeout(timer)
  }, [show])
  return (
    <span role="status" className={css.broken}>
      {show && late && (
        <>
          <IconAlertTriangle size={16} stroke={1.75} aria-hidden="true" />
          {t('broken')}
        </>
      )}
    </span>
  )
}
