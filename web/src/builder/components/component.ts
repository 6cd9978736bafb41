/** What the builder knows about one type of component. A new one is a file here, its line in `index.ts` and its shape. */
import type { TablerIcon } from '@tabler/icons-react'
import type { ComponentType, ReactNode } from 'react'
import type { Json } from '../../messages/json'
import type { FlowNode } from '../doc/definition'
import type { Shape } from '../shape'

export interface Component extends Shape {
  icon: TablerIcon
  /** Two or three lines for the canvas: what the customer sees, or what is done. */
  summary(node: FlowNode): ReactNode
  /** What WhatsApp shows, in the engine's form, with `fill` for its variables. */
  preview?(node: FlowNode, fill: (text: unknown) => string, language: string): Json[]
  /** Its fields in the inspector. */
  Form: ComponentType
}
