/** What is looked for in the audit trail, as the address of the page says it. */
export interface Sought {
  search: string
  action: string
  incident: string
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

type Params = Readonly<Record<string, string | string[] | undefined>>
const one = (value: string | string[] | undefined): string => (Array.isArray(value) ? (value[0] ?? '') : (value ?? '')).trim().slice(0, 200)

/** Reads the address; an incident that is no id is left out rather than refused. */
export function soughtOf(params: Params): Sought {
  const incident = one(params['incident'])
  return { search: one(params['search']), action: one(params['action']), incident: uuid.test(incident) ? incident : '' }
}

export const isEmpty = (sought: Sought): boolean => !sought.search && !sought.action && !sought.incident

/** The query's input; what is empty is not asked for. */
export const inputOf = ({ search, action, incident }: Sought, before?: string): { search?: string; action?: string; incidentId?: string; before?: string } => ({
  ...(search ? { search } : {}),
  ...(action ? { action } : {}),
  ...(incident ? { incidentId: incident } : {}),
  ...(before ? { before } : {}),
})

/** The address that shows the same again. */
export function searchOf(sought: Sought): string {
  const params = new URLSearchParams(Object.entries(sought).filter(([, value]) => value !== ''))
  return params.size ? `?${params}` : '?'
}
