import { IconBraces } from '@tabler/icons-react'
import { Fragment } from 'react'
import { Operations, type OperationValue, operations } from '../inspector/Operations'
import { shapes } from '../shape'
import type { Component } from './component'

const signs = { set: '=', increment: '+', append: '←', clear: '∅' }

const shown = ({ do: verb, variable, value, formula, by }: OperationValue) =>
  `${variable || '…'} ${signs[verb] ?? verb} ${formula ?? (verb === 'increment' ? (by ?? 1) : verb === 'clear' ? '' : JSON.stringify(value ?? ''))}`

export const set_variable: Component = {
  ...shapes.set_variable,
  icon: IconBraces,
  summary: node =>
    operations(node)
      .slice(0, 3)
      .map((operation, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: operations have no id.
        <Fragment key={index}>
          {index > 0 && <br />}
          <code>{shown(operation)}</code>
        </Fragment>
      )),
  Form: Operations,
}
