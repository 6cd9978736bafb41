import { ActionIcon, Button } from '@mantine/core'
import type { TablerIcon } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { usePhoneWidth } from './wide'

interface Props {
  icon: TablerIcon
  label: string
  /** The one that is filled. */
  primary?: boolean
  /** An address of ours. */
  to?: string
  search?: object
  /** An address of another page, in a tab of its own. */
  href?: string
  onClick?: () => void
}

/** What a page can do, at its head; on a phone its icon remains, with the words for screen readers. */
export function PageAction({ icon: Icon, label, primary, to, search, href, onClick }: Props) {
  const phone = usePhoneWidth()
  const variant = primary ? 'filled' : 'default'
  const glyph = <Icon size={phone ? 18 : 16} stroke={primary ? 2 : 1.75} aria-hidden="true" />
  const target: object = to
    ? { component: Link, to, search }
    : href
      ? { component: 'a', href, target: '_blank', rel: 'noopener' }
      : { onClick }
  return phone ? (
    <ActionIcon variant={variant} size={40} radius="md" aria-label={label} title={label} {...target}>
      {glyph}
    </ActionIcon>
  ) : (
    <Button variant={variant} leftSection={glyph} {...target}>
      {label}
    </Button>
  )
}
