import { useDesk } from '../context'
import type { Doc, VariableType } from '../doc/definition'
import { same } from '../doc/patch'
import { variablesOf } from '../doc/variables'

let latest: { doc?: Doc; variables: Record<string, VariableType> } = { variables: {} }

/** The bot's variables: the same object until one of them changes, however many fields ask. */
export function useVariables(): Record<string, VariableType> {
  return useDesk(({ doc }) => {
    if (latest.doc !== doc) {
      const variables = variablesOf(doc)
      latest = { doc, variables: same(variables, latest.variables) ? latest.variables : variables }
    }
    return latest.variables
  })
}
