import type { TFunction } from 'i18next'
import type { ComponentType } from 'react'
import type { Json } from './json'
import type { Of, Shapes, Type } from './message'

export type Words = TFunction<'messages'>

/** Everything the pages need to know about one type of message. */
export interface Kind<T extends Type> {
  /** Names on the wire: the message's `type`, and for interactive ones `interactive/<type>`. */
  wire: string[]
  /** Reads the object that stands under the type's name in a Cloud API message. */
  fromWire(part: Json): Shapes[T]
  /** Reads the engine's form. */
  fromContent(content: Json): Shapes[T]
  /** What stands in the bubble. */
  Body: ComponentType<{ message: Of<T> }>
  /** What can be tapped below it. */
  Actions?: ComponentType<{ message: Of<T> }>
  /** One line that stands for it in a list or a quote. */
  line(message: Of<T>, words: Words): string
  /** Fills the bubble's width. */
  wide?: boolean
}
