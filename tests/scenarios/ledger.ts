import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'

/* Somebody's service, as it was before Knowngood came: one program, a keeper that restarts it, and a few scripts. */

/** Answers entries, and says which bytes it is. `broken` releases fail every third one. */
const program = `
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
const { version, broken } = JSON.parse(readFileSync(new URL('./release.json', import.meta.url), 'utf8'))
const digest = readFileSync(new URL('./.digest', import.meta.url), 'utf8')
const bounds = [0.01, 0.025, 0.05, 0.1, 0.25]
const buckets = bounds.map(() => 0)
const total = { 200: 0, 500: 0 }
let seconds = 0
createServer((request, response) => {
  if (request.url === '/healthz') return response.end('ok')
  if (request.url === '/version') return response.end(JSON.stringify({ version, digest }))
  if (request.url === '/metrics') {
    const count = total[200] + total[500]
    return response.end([
      ...Object.entries(total).map(([code, n]) => 'ledger_requests_total{code="' + code + '"} ' + n),
      ...bounds.map((le, i) => 'ledger_seconds_bucket{le="' + le + '"} ' + buckets[i]),
      'ledger_seconds_bucket{le="+Inf"} ' + count, 'ledger_seconds_count ' + count, 'ledger_seconds_sum ' + seconds, ''].join('\\n'))
  }
  const began = performance.now()
  setTimeout(() => {
    const code = broken && (total[200] + total[500]) % 3 === 0 ? 500 : 200
    const took = (performance.now() - began) / 1000
    total[code]++
    seconds += took
    bounds.forEach((le, i) => took <= le && buckets[i]++)
    response.writeHead(code).end(version)
  }, 30)
}).listen(Number(process.env.LEDGER_PORT), '127.0.0.1')
`

/** What keeps it running, in the place of systemd: runs what `current` points at, again whenever that changes or ends. */
const keeper = `
import { spawn } from 'node:child_process'
import { existsSync, realpathSync } from 'node:fs'
let runs = ''
let child = null
setInterval(() => {
  const wanted = existsSync('current') ? realpathSync('current') : ''
  if (wanted && wanted !== runs && child) return void child.kill()
  if (!wanted || child) return
  runs = wanted
  child = spawn(process.execPath, [wanted + '/ledger.mjs'], { stdio: ['ignore', 'inherit', 'inherit'] })
  child.once('exit', () => (child = null))
}, 50)
process.on('SIGTERM', () => { child?.kill(); process.exit(0) })
process.on('disconnect', () => { child?.kill(); process.exit(0) })
`

const scripts = {
  'observe.sh': `#!/bin/sh
# Prints what runs: by the program's own word, or by the link where it does not answer.
if said=$(curl -fsS -m 2 "http://127.0.0.1:$LEDGER_PORT/version" 2>/dev/null); then
  printf '{"instances":[{"id":"ledger-1",%s,"state":"healthy"}]}' "$(printf %s "$said" | tr -d '{}')"
else
  printf '{"instances":[{"id":"ledger-1","digest":"%s","version":"%s","state":"unhealthy"}]}' "$(cat current/.digest)" "$(basename "$(readlink -f current)")"
fi
`,
  'stage.sh': `#!/bin/sh
set -eu
mkdir -p "releases/$KG_VERSION"
tar -xzf "$KG_ARTIFACT" -C "releases/$KG_VERSION"
printf %s "$KG_DIGEST" > "releases/$KG_VERSION/.digest"
`,
  'switch.sh': `#!/bin/sh
set -eu
echo "was $(readlink current || echo nothing), will be releases/$KG_VERSION"
ln -sfn "releases/$KG_VERSION" current
for try in $(seq 1 200); do
  curl -fsS -m 2 "http://127.0.0.1:$LEDGER_PORT/version" 2>/dev/null | grep -q "$KG_DIGEST" && exit 0
  sleep 0.1
done
echo "it does not answer as $KG_VERSION" >&2
exit 1
`,
  'verify.sh': `#!/bin/sh
curl -fsS -m 2 "http://127.0.0.1:$LEDGER_PORT/version" | grep -q "$KG_DIGEST"
`,
  'snapshot.sh': `#!/bin/sh
printf '{"config":{"LEDGER_PORT":"%s","SIGNING_SECRET":"%s"},"secrets":["SIGNING_SECRET"]}' "$LEDGER_PORT" "$(cat signing-secret)"
`,
}

export interface Artifact {
  version: string
  digest: string
  url: string
}

export interface Ledger {
  dir: string
  port: number
  /** Where its artifacts are fetched: what an agent has to allow. */
  host: string
  /** Never to be seen anywhere else. */
  secret: string
  pack(version: string, broken: boolean): Artifact
  /** As its people did it by hand until today. */
  install(artifact: Artifact): void
  /** What whoever asks is answered by. */
  version(): Promise<{ version: string; digest: string }>
  /** Customers: so many requests a second until stopped. */
  busy(perSecond: number): void
  stop(): Promise<void>
}

export async function startLedger(dir: string, port: number): Promise<Ledger> {
  const bytes = new Map<string, Buffer>()
  mkdirSync(join(dir, 'packs'), { recursive: true })
  for (const [name, text] of Object.entries(scripts)) writeFileSync(join(dir, name), text, { mode: 0o755 })
  writeFileSync(join(dir, 'keeper.mjs'), keeper)
  const secret = 'a-secret-that-stays-with-the-ledger'
  writeFileSync(join(dir, 'signing-secret'), secret, { mode: 0o600 })
  const store = createServer((request, response) => {
    const found = bytes.get(request.url ?? '')
    if (found) response.end(found)
    else response.writeHead(404).end()
  })
  await new Promise<void>((settle) => store.listen(0, '127.0.0.1', settle))
  const host = `127.0.0.1:${(store.address() as AddressInfo).port}`
  const environment = { ...process.env, LEDGER_PORT: String(port) } as NodeJS.ProcessEnv
  const keeping: ChildProcess = spawn(process.execPath, ['keeper.mjs'], { cwd: dir, env: environment, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  let customers: NodeJS.Timeout | undefined
  const url = `http://127.0.0.1:${port}`

  return {
    dir, port, host, secret,
    pack(version, broken) {
      const folder = join(dir, 'packs', version)
      mkdirSync(folder)
      writeFileSync(join(folder, 'ledger.mjs'), program)
      writeFileSync(join(folder, 'release.json'), JSON.stringify({ version, broken }))
      const file = join(dir, 'packs', `${version}.tgz`)
      if (spawnSync('tar', ['-czf', file, '-C', folder, 'ledger.mjs', 'release.json']).status !== 0) throw new Error('tar could not pack the release')
      const packed = readFileSync(file)
      bytes.set(`/${version}.tgz`, packed)
      return { version, digest: `sha256:${createHash('sha256').update(packed).digest('hex')}`, url: `http://${host}/${version}.tgz` }
    },
    install({ version, digest }) {
      const env = { ...environment, KG_VERSION: version, KG_DIGEST: digest, KG_ARTIFACT: join(dir, 'packs', `${version}.tgz`) } as NodeJS.ProcessEnv
      for (const script of ['./stage.sh', './switch.sh']) {
        const { status, stderr } = spawnSync(script, { cwd: dir, env, encoding: 'utf8' })
        if (status !== 0) throw new Error(`${script} ended with ${status}: ${stderr}`)
      }
    },
    version: async () => (await (await fetch(`${url}/version`)).json()) as { version: string; digest: string },
    busy(perSecond) {
      customers = setInterval(() => void fetch(`${url}/entries`).then((answer) => answer.text()).catch(() => {}), 1_000 / perSecond)
    },
    async stop() {
      clearInterval(customers)
      store.closeAllConnections()
      store.close()
      const gone = new Promise((settle) => keeping.once('exit', settle))
      keeping.kill()
      if (keeping.exitCode === null) await gone
    },
  }
}
