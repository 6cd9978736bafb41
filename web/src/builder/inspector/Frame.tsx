import { IconAlertOctagon, IconAlertTriangle } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import { useTranslation } from 'react-i18next'
import type { Finding } from '../../api/bots'
import { useProblemText } from '../problems/words'
import { useFindings } from './field'
import css from './inspector.module.css'

interface Props {
  path: string
  label: ReactNode
  htmlFor?: string
  /** At the right of the label: "3 of 3", "Optional". */
  aside?: ReactNode
  optional?: boolean
  help?: ReactNode
  children: ReactNode
}

/** Label above, help and problems below. `data-field` is how the problem list finds it. */
export function Frame({ path, label, htmlFor, aside, optional, help, children }: Props) {
  const { t } = useTranslation('builder')
  const findings = useFindings(path)
  return (
    <div className={css.field} data-field={path}>
      <div className={css.label}>
        {htmlFor ? <label htmlFor={htmlFor}>{label}</label> : <span id={`label-${path}`}>{label}</span>}
        {aside ?? (optional && <span className={css.aside}>{t('fields.optional')}</span>)}
      </div>
      {children}
      {help && <p className={css.help}>{help}</p>}
      <Findings id={`wrong-${path}`} findings={findings} />
    </div>
  )
}

const sentence = (text: string) => text.charAt(0).toUpperCase() + text.slice(1)

export function Findings({ id, findings }: { id?: string; findings: Finding[] }) {
  const say = useProblemText()
  if (findings.length === 0) return null
  return (
    <div id={id} className={css.findings}>
      {findings.map(finding => {
        const Icon = finding.severity === 'error' ? IconAlertOctagon : IconAlertTriangle
        return (
          <p key={`${finding.code} ${finding.message}`} className={finding.severity === 'error' ? css.wrong : css.odd}>
            <Icon size={14} stroke={2} aria-hidden="true" />
            {sentence(say(finding))}
          </p>
        )
      })}
    </div>
  )
}
