import { Button } from '@mantine/core'
import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { versions } from '../../api/queries'
import type { CredentialsForm, Integration, Settings } from '../../api/types'
import { date } from '../../words/time'
import { Choices, differences, Field, Refused, SaveBar, Summary, useSaveKey } from '../ui/Fields'
import { useWrong } from '../ui/form'
import css from '../ui/form.module.css'
import { useNow } from '../ui/now'
import { BotField } from './BotChoice'
import { CredentialFields, given } from './CredentialFields'
import { Danger } from './Danger'
import { SettingsFields } from './SettingsFields'
import { type Patch, useSave } from './save'

/** What Meta knows the number by. Secrets are only ever replaced. */
export function CredentialsTab({ one }: { one: Integration }) {
  const { t } = useTranslation('care')
  const [credentials, setCredentials] = useState<CredentialsForm>({})
  const { wrong, refuse, judge, clear, watch } = useWrong()
  const save = useSave(one, refuse)
  const entered = given(credentials)
  const changes = Object.keys(entered).length
  const run = () => {
    if (changes === 0) return
    clear()
    save.mutate({ credentials: entered }, { onSuccess: () => setCredentials({}) })
  }
  const onKey = useSaveKey(run)
  if (one.managed) return <p className={css.box}>{t('managed')}</p>
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: ctrl S anywhere in the form saves it.
    <div onKeyDown={onKey}>
      <div className={css.form} {...watch}>
        <Summary wrong={wrong} />
        <Refused error={save.error} />
        <Raise one={one} saving={save.isPending} onRaise={version => save.mutate({ credentials: { version } })} />
        <CredentialFields
          value={credentials}
          onChange={setCredentials}
          wrong={wrong}
          judge={judge}
          refuse={refuse}
          saved={one}
        />
      </div>
      <SaveBar
        changes={changes}
        saving={save.isPending}
        savedAt={save.isSuccess ? save.submittedAt : undefined}
        onSave={run}
        onDiscard={() => {
          setCredentials({})
          clear()
        }}
      />
    </div>
  )
}

/** Whether one version came before another. */
const before = (one: string, other: string) => Number(one.slice(1)) < Number(other.slice(1))

/** One click from a version that Meta ends soon, or has ended, to the newest one. */
function Raise({ one, saving, onRaise }: { one: Integration; saving: boolean; onRaise: (version: string) => void }) {
  const { t, i18n } = useTranslation('care')
  const now = useNow()
  const known = useQuery(versions).data?.items ?? []
  const newest = known.find(version => version.newest_tested)
  const mine = known.find(({ version }) => version === one.credentials.version)
  const { version } = one.credentials
  const oldest = known.find(version => version.served)
  const ageing = mine?.ends_soon ?? (oldest !== undefined && before(version, oldest.version))
  if (!ageing || !newest) return null
  const lives = mine?.ends_at && mine.served
  return (
    <div className={css.notice}>
      <span className="grow">
        {lives
          ? t('fields.version_ends', { version, date: date(mine.ends_at ?? '', { locale: i18n.language, now }) })
          : t('fields.version_ended', { version, oldest: oldest?.version ?? '' })}
      </span>
      <Button variant="default" size="xs" loading={saving} onClick={() => onRaise(newest.version)}>
        {t('fields.version_raise', { version: newest.version })}
      </Button>
    </div>
  )
}

/** Name, bot, alerts, expiry, template, recipients and the rest; deleting comes last. */
export function SettingsTab({ one }: { one: Integration }) {
  const { t } = useTranslation('care')
  const [name, setName] = useState(one.name ?? '')
  const [bot, setBot] = useState(one.bot.id)
  const [open, setOpen] = useState<'finish' | 'end'>('finish')
  const [settings, setSettings] = useState<Settings>(one.settings)
  const [round, setRound] = useState(0)
  const { wrong, refuse, judge, clear, watch } = useWrong()
  const save = useSave(one, refuse)
  const changed: Patch = {
    ...(name.trim() === (one.name ?? '') ? {} : { name: name.trim() || null }),
    ...(bot === one.bot.id ? {} : { bot_id: bot, open_conversations: open }),
  }
  const ofSettings = differences(one.settings, settings)
  const changes = Object.keys(changed).filter(key => key !== 'open_conversations').length + ofSettings
  const run = () => {
    if (changes === 0) return
    clear()
    save.mutate(
      { ...changed, ...(ofSettings > 0 ? { settings } : {}) },
      {
        onSuccess: saved => {
          setSettings(saved.settings)
          setName(saved.name ?? '')
          setBot(saved.bot.id)
        },
      },
    )
  }
  const onKey = useSaveKey(run)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: ctrl S anywhere in the form saves it.
    <div onKeyDown={onKey}>
      <div className={css.form} style={{ gap: 0 }} {...watch}>
        <Summary wrong={wrong} />
        <Refused error={save.error} />
        <section className={css.section}>
          <Field
            pointer="/name"
            wrong={wrong}
            optional
            label={t('fields.name')}
            description={t('fields.name_help')}
            value={name}
            onChange={text => {
              setName(text)
              judge('/name', text.trim().length > 80 ? t('errors.length') : undefined)
            }}
          />
          <BotField saved={one} value={bot} onChange={setBot} wrong={wrong} />
          {bot !== one.bot.id && (
            <Choices
              pointer="/open_conversations"
              name="open_conversations"
              legend={t('bot_change.title')}
              value={open}
              onChange={setOpen}
              items={[
                { value: 'finish', title: t('bot_change.finish'), text: t('bot_change.finish_text') },
                { value: 'end', title: t('bot_change.end'), text: t('bot_change.end_text') },
              ]}
            />
          )}
        </section>
        <SettingsFields
          key={round}
          id={one.id}
          like={one.phone.display_phone_number ?? undefined}
          zone={one.time_zone}
          value={settings}
          onChange={setSettings}
          wrong={wrong}
          judge={judge}
        />
      </div>
      <SaveBar
        changes={changes}
        saving={save.isPending}
        savedAt={save.isSuccess ? save.submittedAt : undefined}
        onSave={run}
        onDiscard={() => {
          setName(one.name ?? '')
          setBot(one.bot.id)
          setSettings(one.settings)
          setRound(round + 1)
          clear()
        }}
      />
      <Danger one={one} />
    </div>
  )
}
