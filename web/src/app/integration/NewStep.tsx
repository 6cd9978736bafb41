import { useTranslation } from 'react-i18next'
import { Choices, Field } from '../ui/Fields'
import type { useWrong } from '../ui/form'
import forms from '../ui/form.module.css'
import { AskForNumber } from './AskForNumber'
import { BotChoice } from './BotChoice'
import { CredentialFields } from './CredentialFields'
import type { Draft, Step } from './draft'
import { SettingsFields } from './SettingsFields'

interface Props extends Pick<ReturnType<typeof useWrong>, 'wrong' | 'judge' | 'refuse'> {
  step: Step
  draft: Draft
  change: (part: Partial<Draft>) => void
  /** The secrets were entered before a reload. */
  lost: boolean
}

/** The fields of a step; the last one has none of its own. */
export function NewStep({ step, draft, change, lost, wrong, judge, refuse }: Props) {
  const { t } = useTranslation('care')
  switch (step) {
    case 'type':
      return (
        <Choices
          pointer="/type"
          name="type"
          legend={t('new.steps.type')}
          value="whatsapp_business"
          onChange={() => {}}
          items={[{ value: 'whatsapp_business', title: t('new.type'), text: t('new.type_text') }]}
        />
      )
    case 'name':
      return (
        <Field
          pointer="/name"
          wrong={wrong}
          label={t('fields.name')}
          description={t('fields.name_help')}
          optional
          value={draft.name}
          onChange={name => {
            change({ name })
            judge('/name', name.trim().length > 80 ? t('errors.length') : undefined)
          }}
        />
      )
    case 'bot':
      return <BotChoice value={draft.bot} onChange={bot => change({ bot })} wrong={wrong} />
    case 'credentials':
      return (
        <>
          <Choices
            pointer="/managed"
            name="source"
            legend={t('new.steps.credentials')}
            value={draft.source}
            onChange={source => change({ source, like: undefined })}
            items={[
              { value: 'own', title: t('new.own'), text: t('new.own_text') },
              { value: 'managed', title: t('new.managed'), text: t('new.managed_text') },
            ]}
          />
          {draft.source === 'own' && lost && (
            <p className={forms.notice} role="status">
              {t('new.secrets_again')}
            </p>
          )}
          {draft.source === 'own' ? (
            <CredentialFields
              value={draft.credentials}
              onChange={credentials => change({ credentials, like: undefined })}
              onChecked={report => change({ like: report.display_phone_number ?? undefined })}
              wrong={wrong}
              judge={judge}
              refuse={refuse}
            />
          ) : (
            <AskForNumber />
          )}
        </>
      )
    case 'settings':
      return (
        <SettingsFields
          value={draft.settings}
          onChange={settings => change({ settings })}
          wrong={wrong}
          judge={judge}
          like={draft.like}
        />
      )
    case 'review':
      return null
  }
}
