import type { Connection } from './client.ts'
import { call } from './client.ts'

/** enrolment.create: the token is shown once. */
export const createEnrolment = (connection: Connection, { environment, region }: { environment: string; region: string }): Promise<unknown> => call(connection, 'POST', '/api/v1/enrolments', { environment, region })
