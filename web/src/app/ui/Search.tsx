import { CloseButton, TextInput } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useTranslation } from 'react-i18next'

interface Props {
  value: string
  placeholder: string
  onChange: (value: string) => void
  className?: string
}

const settles = 200

/** Searches when typing pauses; `/` brings the focus here. */
export function Search({ value, placeholder, onChange, className }: Props) {
  const { t } = useTranslation('app')
  const [typed, setTyped] = useState(value)
  useEffect(() => setTyped(value), [value])
  useEffect(() => {
    if (typed === value) return
    const timer = setTimeout(() => onChange(typed), settles)
    return () => clearTimeout(timer)
  }, [typed, value, onChange])
  return (
    <TextInput
      className={className}
      type="search"
      data-search
      aria-label={t('search')}
      placeholder={placeholder}
      value={typed}
      onChange={event => setTyped(event.currentTarget.value)}
      onKeyDown={event => {
        if (event.key !== 'Escape') return
        if (typed) setTyped('')
        else event.currentTarget.blur()
      }}
      leftSection={<IconSearch size={16} stroke={1.75} aria-hidden="true" />}
      rightSection={
        typed ? <CloseButton size="sm" aria-label={t('nothing.clear')} onClick={() => setTyped('')} /> : undefined
      }
    />
  )
}
