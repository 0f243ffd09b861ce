import { connect } from 'node:net'
import { Because } from '../because.ts'
import type { ActionStep, ActionTools } from './step.ts'

const quickMs = 5_000

interface ServerState {
  server: string
  weight: number
  status: string
}

/** Sets a server's weight or state through HAProxy's runtime API. It does not outlive a reload of HAProxy unless that keeps a state file. */
export const proxy: ActionStep<'proxy'> = async ({ backend, server, weight, state }, tools) => {
  const { settings, log } = tools
  if (!settings.proxy) throw new Because('proxy.socket is not in this agent’s configuration')
  const before = await serversOf(backend, tools)
  const names = server ? before.filter((one) => one.server === server) : before
  if (names.length === 0) throw new Because(server ? `server: ${backend} has no server ${server}: there is ${before.map((one) => one.server).join(', ') || 'none'}` : `backend: there is no ${backend}`)
  for (const { server: name } of names) {
    if (state) await command(`set server ${backend}/${name} state ${state}`, tools)
    if (weight !== undefined) await command(`set server ${backend}/${name} weight ${weight}`, tools)
  }
  const after = (await serversOf(backend, tools)).filter((one) => names.some(({ server: name }) => name === one.server))
  const result = { servers: after }
  const wrong = after.find((one) => (weight !== undefined && one.weight !== weight) || (state && !isSo(one.status, state)))
  if (wrong) throw new Because(`${backend}/${wrong.server} was set, but it is ${wrong.status} with weight ${wrong.weight}`, result)
  for (const one of after) log(`${backend}/${one.server} is ${one.status}, weight ${one.weight}`)
  return result
}

/** What `show stat` says while a server is in a state. A server that is ready may still be down: that is for health checks to say. */
const isSo = (status: string, state: 'drain' | 'ready' | 'maint'): boolean => (state === 'ready' ? !/^(MAINT|DRAIN)/.test(status) : status.startsWith(state.toUpperCase()))

/** Every server of a backend, as `show stat` has it. */
async function serversOf(backend: string, tools: ActionTools): Promise<ServerState[]> {
  const [header = '', ...lines] = (await command(`show stat`, tools)).split('\n')
  const columns = header.replace(/^# /, '').split(',')
  const at = (name: string): number => columns.indexOf(name)
  return lines
    .map((line) => line.split(','))
    .filter((cells) => cells[at('pxname')] === backend && !['FRONTEND', 'BACKEND', ''].includes(cells[at('svname')] ?? ''))
    .map((cells) => ({ server: cells[at('svname')] ?? '', weight: Number(cells[at('weight')]), status: cells[at('status')] ?? '' }))
}

/** One command. What changes something answers with an empty line; anything else is a refusal in HAProxy's words. */
async function command(text: string, { settings, signal }: ActionTools): Promise<string> {
  const socket = settings.proxy?.socket ?? ''
  const tcp = /^([^/]+):(\d+)$/.exec(socket)
  const answer = await new Promise<string>((resolve, reject) => {
    const fail = (why: string): void => reject(new Because(`HAProxy cannot be asked at ${socket} (${why})`))
    const stream = tcp ? connect(Number(tcp[2]), tcp[1]) : connect(socket)
    let said = ''
    stream.setEncoding('utf8').setTimeout(quickMs, () => stream.destroy(Object.assign(new Error(), { code: `no answer within ${quickMs / 1000} s` })))
    const stop = (): void => void stream.destroy(Object.assign(new Error(), { code: 'the time for this step was over' }))
    signal.addEventListener('abort', stop, { once: true })
    stream.on('data', (part: string) => (said += part))
    stream.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message))
    stream.on('close', () => {
      signal.removeEventListener('abort', stop)
      resolve(said)
    })
    stream.end(`${text}\n`)
  })
  if (text.startsWith('set ') && answer.trim() !== '') throw new Because(`HAProxy refused "${text}": ${answer.trim()}`)
  return answer
}
