import { isKind, type Kind } from '../shape'
import { api_request } from './api_request'
import type { Component } from './component'
import { cta_url } from './cta_url'
import { custom_code } from './custom_code'
import { email } from './email'
import { end } from './end'
import { formula } from './formula'
import { google_drive } from './google_drive'
import { google_sheets } from './google_sheets'
import { handoff } from './handoff'
import { jump } from './jump'
import { llm_conversation } from './llm_conversation'
import { location_request } from './location_request'
import { media } from './media'
import { question_buttons } from './question_buttons'
import { question_list } from './question_list'
import { question_media } from './question_media'
import { question_text } from './question_text'
import { set_variable } from './set_variable'
import { template } from './template'
import { time_delay } from './time_delay'
import { unknown } from './unknown'

/** The components in the order of the palette. */
export const components = {
  question_text,
  question_buttons,
  question_list,
  question_media,
  location_request,
  media,
  cta_url,
  template,
  formula,
  custom_code,
  set_variable,
  time_delay,
  jump,
  end,
  api_request,
  llm_conversation,
  email,
  google_sheets,
  google_drive,
  handoff,
} satisfies Record<Kind, Component>

/** A type that a newer server brought is shown as it is and never lost. */
export const componentOf = (type: string): Component => (isKind(type) ? components[type] : unknown)

export type { Component } from './component'
