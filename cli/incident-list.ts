import type { Connection } from './client.ts'
import { call } from './client.ts'

/** incident.list, open ones. */
export const listIncidents = (connection: Connection): Promise<unknown> => call(connection, 'GET', '/api/v1/incidents?status=open')
