import { readFileSync } from 'node:fs'
import type { Connection } from './client.ts'
import { call } from './client.ts'

/** playbook.apply: the same text again changes nothing. */
export const applyPlaybook = (connection: Connection, file: string, { reason }: { reason: string }): Promise<unknown> => call(connection, 'POST', '/api/v1/playbooks', { text: readFileSync(file, 'utf8'), reason })

/** playbook.retire. */
export const retirePlaybook = (connection: Connection, name: string, { reason }: { reason: string }): Promise<unknown> => call(connection, 'POST', `/api/v1/playbooks/${encodeURIComponent(name)}/retire`, { reason })
