import type { Integration } from '../../api/types'
import { phoneNumber } from '../../words/names'

/** An integration without a name goes by its number. */
export function integrationName({ name, phone, id }: Pick<Integration, 'name' | 'phone' | 'id'>): string {
  return name || phone?.display_phone_number || id
}

export function contactName({ name, phone, id }: { name: string | null; phone: string | null; id: string }): string {
  return name || (phone ? phoneNumber(phone) : id)
}
