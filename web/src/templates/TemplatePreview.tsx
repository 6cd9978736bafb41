import { useTranslation } from 'react-i18next'
import type { Template } from '../api/types'
import forms from '../app/ui/form.module.css'
import { Bubble } from '../messages/Bubble'
import { SurfaceContext } from '../messages/surface'
import css from './templates.module.css'
import { rendered, type Values } from './values'

/** Nothing can be tapped here. */
const phone = { place: 'phone' as const, answer: () => {}, openList: () => {} }

/** The message as WhatsApp shows it, while its values are being typed. */
export function TemplatePreview({ template, given }: { template: Template; given: Values }) {
  const { t } = useTranslation('messages')
  return (
    <div>
      <div className={forms.label}>{t('template_fields.preview')}</div>
      <div className={css.preview} inert>
        <SurfaceContext value={phone}>
          <Bubble message={rendered(template, given)} side="left" meta={null} />
        </SurfaceContext>
      </div>
    </div>
  )
}
