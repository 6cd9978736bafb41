import { IconBraces } from '@tabler/icons-react'
import { useId } from 'react'
import { useTranslation } from 'react-i18next'
import { useDesk, useWork } from '../context'
import { type VariableType, variableTypes } from '../doc/definition'
import { setVariable } from '../doc/edit'
import { isName } from '../doc/variables'
import { Frame } from './Frame'
import { useField, useNode } from './field'
import css from './inspector.module.css'
import { useVariables } from './useVariables'

interface Props {
  path: string
  label?: string
  help?: string
  optional?: boolean
  /** The type that a new variable gets here. */
  type?: VariableType
}

/** The variable that takes the answer: one that is there, or a new one with its type. */
export function SaveAs({ path, label, help, optional = true, type = 'text' }: Props) {
  const { t } = useTranslation('builder')
  const id = useId()
  const { desk } = useWork()
  const { readOnly } = useNode()
  const [value, setValue] = useField<string>(path)
  const variables = useVariables()
  const declarations = useDesk(state => state.doc.variables)
  const declared = value ? declarations[value] : undefined
  const declare = (name: string, as: VariableType) =>
    desk.getState().change('variables', doc => setVariable(doc, name, as), `variable:${name}`)
  return (
    <Frame path={path} label={label ?? t('fields.save_as')} htmlFor={id} help={help} optional={optional}>
      <div className={css.variable}>
        <IconBraces size={16} stroke={1.75} aria-hidden="true" />
        <input
          id={id}
          className="mono"
          list={`${id}-names`}
          value={value ?? ''}
          readOnly={readOnly}
          spellCheck={false}
          autoComplete="off"
          aria-invalid={(value !== undefined && !isName(value)) || undefined}
          onChange={({ target }) => setValue(target.value.trim() || undefined)}
          onBlur={() => {
            if (value && isName(value) && !declarations[value]) declare(value, type)
          }}
        />
        <datalist id={`${id}-names`}>
          {Object.keys(variables).map(name => (
            <option key={name} value={name} />
          ))}
        </datalist>
        {value && declared && (
          <select
            aria-label={t('fields.type_of', { name: value })}
            value={declared}
            disabled={readOnly}
            onChange={({ target }) => declare(value, target.value as VariableType)}
          >
            {variableTypes.map(known => (
              <option key={known} value={known}>
                {t(`types.${known}`)}
              </option>
            ))}
          </select>
        )}
      </div>
    </Frame>
  )
}
