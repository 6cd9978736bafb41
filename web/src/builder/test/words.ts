import type { TFunction } from 'i18next'
import type { TestStep } from '../doc/definition'

/** A line of a flow test in words. */
export function stepText(t: TFunction<'builder'>, step: TestStep): string {
  const { contact, tap, pick, send, location, bot, bot_contains, bot_sends, buttons, list } = step
  if (contact !== undefined) return t('steps.contact', { text: contact })
  if (tap !== undefined) return t('steps.tap', { text: tap })
  if (pick !== undefined) return t('steps.pick', { text: pick })
  if (send !== undefined) return t('steps.send', { kind: t(`files.${send}`) })
  if (location) {
    const { name, latitude, longitude } = location
    return t('steps.location', { place: name ?? `${latitude}, ${longitude}` })
  }
  const choices = buttons ?? list
  const with_ = choices ? ` [${choices.join('] [')}]` : ''
  if (bot !== undefined) return t('steps.bot', { text: bot }) + with_
  if (bot_contains !== undefined) return t('steps.bot_contains', { text: bot_contains }) + with_
  if (bot_sends !== undefined) return t('steps.bot_sends', { kind: bot_sends }) + with_
  if (step.variable) return t('steps.variable', { values: JSON.stringify(step.variable) })
  if (step.ended !== undefined) return step.ended ? t('steps.ended') : t('steps.not_ended')
  if (step.handed_off !== undefined) return step.handed_off ? t('steps.handed_off') : t('steps.not_handed_off')
  if (step.hand_back) return t('steps.hand_back')
  if (step.advance) return t('steps.advance', { time: step.advance })
  if (step.answer) {
    const { error, status } = step.answer
    return t('steps.answer', { result: error ?? String(status ?? 200) })
  }
  return JSON.stringify(step)
}
