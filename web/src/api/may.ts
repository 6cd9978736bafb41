import type { components } from './schema'

type Role = components['schemas']['Role']

/** What people do: `edit` bots and answer conversations; `manage` numbers, people and what cannot be undone. */
export type Deed = 'edit' | 'manage'

const needs: Record<Deed, Role[]> = {
  edit: ['builder', 'admin', 'owner'],
  manage: ['admin', 'owner'],
}

/** Whether a role may do it. The server asks again; here it decides what is offered. */
export const may = (role: Role | undefined, deed: Deed) => role !== undefined && needs[deed].includes(role)
