import {
  IconApi,
  IconArrowsSplit2,
  IconBrain,
  IconClock,
  IconCode,
  IconFlag,
  IconLayoutList,
  IconMail,
  IconMessage,
  IconPaperclip,
  IconPhoto,
  IconSend,
  IconSquareRoundedCheck,
  IconTable,
  IconTemplate,
  IconUser,
  IconVariable,
  type TablerIcon,
} from '@tabler/icons-react'
import type { Turn } from '../../api/types'
import type { Family } from '../../look/Cord'

/** The family and the drawing of a component, as they stand in a trace. */
const components: Record<string, [Family, TablerIcon]> = {
  question_text: ['ask', IconMessage],
  question_buttons: ['ask', IconSquareRoundedCheck],
  question_list: ['ask', IconLayoutList],
  question_media: ['ask', IconPaperclip],
  media: ['send', IconPhoto],
  template: ['send', IconTemplate],
  end: ['send', IconFlag],
  formula: ['logic', IconArrowsSplit2],
  time_delay: ['logic', IconClock],
  set_variable: ['logic', IconVariable],
  jump: ['logic', IconArrowsSplit2],
  api_request: ['call', IconApi],
  custom_code: ['call', IconCode],
  llm_conversation: ['call', IconBrain],
  email: ['call', IconMail],
  google_sheets: ['call', IconTable],
  google_drive: ['call', IconTable],
  handoff: ['people', IconUser],
}

export const componentLook = (type: string): [Family, TablerIcon] => components[type] ?? ['send', IconSend]

/** A duration as a reader wants it: three digits at most. */
export function took(microseconds: number, locale: string): string {
  const say = (value: number, unit: string) =>
    `${new Intl.NumberFormat(locale, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)} ${unit}`
  if (microseconds < 1000) return say(microseconds, 'µs')
  if (microseconds < 1_000_000) return say(microseconds / 1000, 'ms')
  return say(microseconds / 1_000_000, 's')
}

/** The variables as they stood after a turn: what every turn up to it changed. `null` means cleared. */
export function variablesAfter(turns: Turn[], no: number): Record<string, unknown> {
  const all: Record<string, unknown> = {}
  for (const turn of turns) {
    if (turn.no > no) continue
    for (const [name, value] of Object.entries(turn.changed)) {
      if (value === null) delete all[name]
      else all[name] = value
    }
  }
  return all
}

export const shownValue = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))
