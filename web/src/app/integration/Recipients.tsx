import { Button, FileButton, Textarea } from '@mantine/core'
import { IconUpload } from '@tabler/icons-react'
import { useMutation } from '@tanstack/react-query'
import { useRef, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { api, unwrap } from '../../api/client'
import { Choices, FieldError } from '../ui/Fields'
import css from '../ui/form.module.css'
import { useReason } from '../ui/States'
import { entries, type LeftOut, numbersPointer, tidied, wrongNumbers } from './recipients'
import { Section, type SettingsProps } from './Section'

/** Most lines of which it is said what is wrong. */
const most = 8
type Reason = 'heading' | 'date_or_amount' | 'several_columns' | 'other_column' | 'no_country' | 'no_number'

/** Who may talk to the bot. Lines that are no numbers stay in the field and say why. */
export function Recipients({ value, onChange, wrong, judge, id, like }: SettingsProps) {
  const { t } = useTranslation('care')
  const recipients = value.recipients ?? { mode: 'everyone' as const }
  const [typed, setTyped] = useState((recipients.numbers ?? []).join('\n'))
  const [left, setLeft] = useState<{ kept: LeftOut<Reason>[]; gone: LeftOut<Reason>[] }>()
  const field = useRef<HTMLTextAreaElement>(null)
  const reason = useReason()
  const read = useMutation({
    mutationFn: (text: string) =>
      unwrap(api.POST('/api/v1/phone_numbers/read', { body: { text, integration_id: id, like } })),
    onSuccess: ({ numbers, wrong }, before) => {
      const now = tidied<Reason>(before, numbers, wrong)
      setTyped(now.text)
      setLeft(now)
      onChange({ ...value, recipients: { mode: 'only', numbers: entries(now.text) } })
      // What was said of the numbers before is about other lines.
      judge(numbersPointer, undefined)
      requestAnimationFrame(() => {
        field.current?.focus()
        field.current?.setSelectionRange(0, now.kept[0]?.text.length ?? 0)
      })
    },
  })
  const refused = wrongNumbers(wrong, recipients.numbers ?? [])
  const whole = wrong[numbersPointer]
  const wrongLines = left?.kept.map(one => ({
    key: one.line,
    said: t('settings.numbers_wrong', { line: one.line, text: one.text, reason: t(`settings.skipped.${one.reason}`) }),
  }))
  const wrongOnes =
    refused.length > 0
      ? refused.map(({ text, message }, key) => ({ key, said: text ? `${text}: ${message}` : message }))
      : (wrongLines ?? [])
  const gone = left?.gone ?? []
  return (
    <Section pointer="/settings/recipients" title={t('settings.recipients')} text={t('settings.recipients_text')}>
      <Choices
        name="recipients"
        legend={t('settings.who')}
        value={recipients.mode}
        onChange={mode =>
          onChange({ ...value, recipients: mode === 'everyone' ? { mode } : { mode, numbers: entries(typed) } })
        }
        items={[
          { value: 'everyone', title: t('settings.everyone') },
          { value: 'only', title: t('settings.only') },
        ]}
      />
      {recipients.mode === 'only' && (
        <>
          <Textarea
            ref={field}
            data-field={numbersPointer}
            label={t('settings.numbers')}
            description={t(id || like ? 'settings.numbers_help' : 'settings.numbers_help_unknown')}
            inputWrapperOrder={['label', 'input', 'error', 'description']}
            rows={5}
            classNames={{ input: 'mono' }}
            value={typed}
            error={
              whole || wrongOnes.length > 0 ? (
                <>
                  <FieldError>{whole}</FieldError>
                  {wrongOnes.slice(0, most).map(({ key, said }) => (
                    <FieldError key={key}>{said}</FieldError>
                  ))}
                  {wrongOnes.length > most && (
                    <FieldError>{t('settings.numbers_more_wrong', { count: wrongOnes.length - most })}</FieldError>
                  )}
                </>
              ) : undefined
            }
            onChange={event => {
              setTyped(event.currentTarget.value)
              setLeft(undefined)
              read.reset()
              onChange({ ...value, recipients: { mode: 'only', numbers: entries(event.currentTarget.value) } })
            }}
          />
          <div className={css.row} style={{ alignItems: 'center' }}>
            <Button variant="default" size="xs" loading={read.isPending} onClick={() => read.mutate(typed)}>
              {t('settings.tidy')}
            </Button>
            <FileButton
              accept=".csv,.txt,text/csv,text/plain"
              onChange={file => void file?.text().then(text => read.mutate(text))}
            >
              {button => (
                <Button {...button} variant="default" size="xs" leftSection={<IconUpload size={14} stroke={1.75} />}>
                  {t('settings.file')}
                </Button>
              )}
            </FileButton>
            <span role="status" className={css.help}>
              {read.data && t('settings.numbers_read', { count: read.data.numbers.length })}
            </span>
          </div>
          {read.error && <FieldError>{reason(read.error)}</FieldError>}
          {gone.length > 0 && (
            <ul className={css.help} role="status">
              {gone.slice(0, most).map(({ line, text, reason }) => (
                <li key={line}>
                  {t('settings.numbers_left', { line, text, reason: t(`settings.skipped.${reason}`) })}
                </li>
              ))}
              {gone.length > most && <li>{t('settings.numbers_more', { count: gone.length - most })}</li>}
            </ul>
          )}
        </>
      )}
    </Section>
  )
}
