import { spawnSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { checkReceipt } from '../../cli/receipt.ts'
import { verifyLive } from '../../cli/records-live.ts'
import { verifyRecords } from '../../cli/records-verify.ts'
import { applyCatalog } from '#lib/catalog/commands/apply-catalog.ts'
import { requestApproval } from '#lib/governance/commands/request-approval.ts'
import { voteOnPlan } from '#lib/governance/commands/vote.ts'
import { approvalReceipt } from '#lib/governance/queries/approval-receipt.ts'
import { recordConsistency, recordHeads, recordReceipt } from '#lib/governance/queries/record-proofs.ts'
import { recordList } from '#lib/governance/queries/records.ts'
import { execute } from '#lib/platform/command.ts'
import { newId } from '#lib/platform/id.ts'
import { ask } from '#lib/platform/query.ts'
import { fileStore } from '#lib/platform/anchor-stores.ts'
import { recordVerifierKeys } from '#lib/platform/record-keys.ts'
import { watchOnce } from '#lib/platform/record-watch.ts'
import { readAnchorLine } from '#lib/platform/rules/anchor-line.ts'
import { receiptText, verifyReceipt } from '#lib/platform/rules/receipt.ts'
import { signHead, verifierKeyOf } from '#lib/platform/rules/note-signing.ts'
import { root } from '#scripts/files.ts'
import { freshDatabase } from '#tests/support/database.ts'
import { exportLines, sealAndSign } from '#tests/support/records.ts'
import type { World } from '#tests/support/world.ts'
import { digestOf, seedIncident, seedWorld } from '#tests/support/world.ts'

await freshDatabase()
const folder = mkdtempSync(join(tmpdir(), 'kg-receipts-'))
const anchor = join(folder, 'heads.jsonl')
const planHash = digestOf('a plan')
let world: World
let requestId: string
let text: string
const key = (): string => recordVerifierKeys()[0]?.text ?? ''

beforeAll(async () => {
  world = await seedWorld()
  const { id: incidentId } = await seedIncident(world)
  for (let n = 0; n < 40; n++) await execute(applyCatalog, world.people.admin, { teams: [{ slug: `team-${n}`, name: `Team ${n}` }] })
  await sealAndSign()
  await watchOnce([fileStore(anchor)])
  requestId = (await execute(requestApproval, world.people.responder, { planId: newId(), planHash, sentence: 'Take checkout back', incidentId, environmentId: world.environmentId, serviceIds: [world.services.checkout], kind: 'real', editors: [] })).requestId
  await execute(voteOnPlan, world.people.approver, { requestId, vote: 'approve', planHash, reason: 'it fits' })
  await expect(ask(approvalReceipt, world.people.viewer, { requestId })).rejects.toMatchObject({ code: 'conflict', message: expect.stringMatching(/not under a signed tree head yet/) as string })
  await execute(voteOnPlan, world.people.commander, { requestId, vote: 'approve', planHash, reason: '' })
  await sealAndSign()
  await watchOnce([fileStore(anchor)])
  text = receiptText((await ask(approvalReceipt, world.people.viewer, { requestId })).data)
})
afterAll(() => rmSync(folder, { recursive: true }))

/** A receipt as somebody sees it who means to alter it. */
interface Loose {
  note: string
  keys: string[]
  entries: { path: string[]; record: object; payload: { input: object } }[]
}

describe('a decision’s receipt', () => {
  test('proves who asked, who voted for which exact plan, when, and how it ended', async () => {
    const verdict = await verifyReceipt(text, [key()])
    if (!verdict.ok) throw new Error(verdict.because)
    expect(verdict.entries.map(({ record, payload }) => [record.action, record.actor_name, (payload as { input: { planHash: string } }).input.planHash, (payload as { state?: string }).state])).toEqual([
      ['approval.request', 'responder', planHash, undefined],
      ['approval.vote', 'approver', planHash, 'pending'],
      ['approval.vote', 'commander', planHash, 'satisfied'],
    ])
  })

  test('with any byte of it changed is refused, with what is wrong', async () => {
    const bytes = Buffer.from(text)
    const file = join(folder, 'changed.json')
    const unnoticed: number[] = []
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes)
      changed[at] = (changed[at] ?? 0) ^ (at % 3 === 0 ? 0x01 : at % 3 === 1 ? 0x20 : 0x04)
      writeFileSync(file, changed)
      const said: string[] = []
      const code = await checkReceipt(file, {}, (line) => said.push(line))
      if (code !== 1 || !/^WRONG .{15,}/.test(said[0] ?? '')) unnoticed.push(at)
    }
    expect(unnoticed).toEqual([])
    expect(bytes.length).toBeGreaterThan(2_000)
  }, 120_000)

  test.each<[string, (receipt: Loose) => unknown, RegExp]>([
    ['another payload', ({ entries }) => Object.assign(entries[1]?.payload.input ?? {}, { vote: 'reject' }), /entry 2: the content is not the one that was recorded/],
    ['another voter', ({ entries }) => Object.assign(entries[1]?.record ?? {}, { actor_name: 'Somebody' }), /entry 2: the record, its place or its path/],
    ['another place', ({ entries }) => Object.assign(entries[2] ?? {}, { index: 1 }), /entry 3: /],
    ['a path that is too short', ({ entries }) => entries[0]?.path.pop(), /entry 1: leaf \d+ of \d+ does not have a path of/],
    ['another time of signing', (receipt) => (receipt.note = receipt.note.replace(/time 20\d\d/, 'time 2020')), /signature does not belong/],
    ['a field more', ({ entries }) => Object.assign(entries[0] ?? {}, { note: 'hello' }), /entry 1: an entry does not have the fields of one/],
    ['a key of another id', (receipt) => (receipt.keys = receipt.keys.map((one) => one.replace(/\+[0-9a-f]{8}\+/, '+00000000+'))), /id does not belong to it/],
    ['no entries', (receipt) => (receipt.entries = []), /entries, keys or tree head/],
  ])('with %s is refused', async (_, change, because) => {
    const receipt = JSON.parse(text) as Loose
    change(receipt)
    const file = join(folder, 'altered.json')
    writeFileSync(file, receiptText(receipt as never))
    const said: string[] = []
    expect(await checkReceipt(file, { key: [key()] }, (line) => said.push(line))).toBe(1)
    expect(said[0]).toMatch(because)
  })

  test('made whole again with a key of one’s own passes only for whoever trusts the file’s own key', async () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const receipt = JSON.parse(text) as Loose
    const [origin = '', size = '', rootHash = '', time = ''] = receipt.note.split('\n')
    receipt.note = signHead({ origin, size: Number(size), root: rootHash, at: time.slice(5) }, [privateKey])
    receipt.keys = [verifierKeyOf(origin, privateKey).text]
    const forged = receiptText(receipt as never)
    expect(await verifyReceipt(forged)).toMatchObject({ ok: true })
    expect(await verifyReceipt(forged, [key()])).toMatchObject({ ok: false, because: expect.stringMatching(/none of the keys that are trusted/) as string })
  })

  test('is read by whoever may read the request, and of the own project only', async () => {
    await expect(ask(approvalReceipt, world.stranger, { requestId })).rejects.toMatchObject({ code: 'not_found' })
    await expect(ask(recordReceipt, world.people.commander, { recordId: newId() })).rejects.toMatchObject({ code: 'forbidden' })
  })
})

describe('the command line', () => {
  const run = (...args: string[]) => spawnSync(process.execPath, ['cli/main.ts', ...args], { cwd: root, encoding: 'utf8', env: { PATH: process.env['PATH'], NODE_ENV: 'test' } })
  const write = (name: string, content: string): string => {
    writeFileSync(join(folder, name), content)
    return join(folder, name)
  }

  test('verifies a receipt on its own, against a key and an anchor: exit 0; what is wrong is 1; what cannot be told is 2', () => {
    const file = write('receipt.json', text)
    const keys = write('keys.txt', `# of the auditor\n${key()}\n`)
    const fine = run('receipt', 'verify', file, '--key', keys, '--anchor', anchor)
    expect([fine.stderr, fine.status]).toEqual(['', 0])
    expect(fine.stdout).toContain('approver (person) approval.vote: approve, plan')
    expect(run('receipt', 'verify', file).stdout).toContain('compare it with one from elsewhere')
    expect(run('receipt', 'verify', write('bad.json', text.replace('it fits', 'it fitz')))).toMatchObject({ status: 1, stdout: expect.stringMatching(/^WRONG entry 2: the content/) as string })
    expect(run('receipt', 'verify', join(folder, 'nowhere.json'))).toMatchObject({ status: 2, stderr: expect.stringMatching(/cannot be read/) as string })
    expect(run('receipt', 'verify', file, '--key', 'a+0+b')).toMatchObject({ status: 2 })
  })

  test('verifies an export: exit 0, 1 or 2', async () => {
    const lines = await exportLines(world.people.auditor)
    const file = write('export.jsonl', `${lines.join('\n')}\n`)
    const fine = run('records', 'verify', file, '--key', key(), '--anchor', anchor)
    expect([fine.stderr, fine.status]).toEqual(['', 0])
    expect(fine.stdout).toMatch(/44 records of localhost:3000\/records.*\nsigned: the tree head over 44 records.*\nanchor .*: reaches 44 records/)
    const altered = write('altered.jsonl', `${lines.join('\n').replace('"Team 7"', '"Team 8"')}\n`)
    expect(run('records', 'verify', altered, '--key', key())).toMatchObject({ status: 1, stdout: expect.stringMatching(/^WRONG leaf 7, record [0-9a-f-]+: the record’s content was changed/) as string })
    expect(run('records', 'verify', write('cut.jsonl', lines.slice(0, -1).join('\n')), '--key', key())).toMatchObject({ status: 1, stdout: expect.stringMatching(/it was cut/) as string })
    expect(run('records', 'verify', anchor, '--key', key())).toMatchObject({ status: 2, stderr: expect.stringMatching(/not an export/) as string })
    expect(run('records', 'verify', file, '--key', key(), '--anchor', join(folder, 'nowhere'))).toMatchObject({ status: 2 })
    expect(run('records', 'verify', file, '--key', key(), '--anchor', write('empty', ''))).toMatchObject({ status: 2 })
    expect(run('records', 'verify', '--key', key())).toMatchObject({ status: 2 })
    expect(await verifyRecords(file, { key: [verifierKeyOf('localhost:3000/records', generateKeyPairSync('ed25519').privateKey).text] }, () => {})).toBe(1)
  })
})

describe('a live server', () => {
  const asked = async (path: string): Promise<object> => {
    const url = new URL(path, 'http://x')
    const input = Object.fromEntries(url.searchParams) as never
    const receiptOf = /^\/api\/v1\/records\/([^/]+)\/receipt$/.exec(url.pathname)?.[1]
    const query = receiptOf ? recordReceipt : url.pathname.endsWith('/heads') ? recordHeads : url.pathname.endsWith('/consistency') ? recordConsistency : recordList
    return (await ask(query as typeof recordList, world.people.auditor, (receiptOf ? { recordId: receiptOf } : input) as never)).data
  }
  const anchorLines = (): string[] => readFileSync(anchor, 'utf8').split('\n')
  /** What a server says that lies in one answer. */
  type Lie = (path: string, answer: Said) => unknown
  interface Said {
    head: { note: string }
    proof: string[]
    entries: { record: object }[]
    records: object[]
  }
  const live = async (lie: Lie = (_, answer) => answer): Promise<[number, string]> => {
    const said: string[] = []
    const code = await verifyLive(async (path) => lie(path, structuredClone(await asked(path)) as Said), { keys: recordVerifierKeys(), anchor: anchorLines(), sample: 10 }, (line) => said.push(line))
    return [code, said.join('\n')]
  }

  test('that is honest is believed', async () => expect(await live()).toEqual([0, expect.stringMatching(/anchor: 2 tree heads, .*continues them\nrecords: the newest 10 are proven/) as string]))

  test.each<[string, Lie, RegExp]>([
    ['shows an older head', (path, answer) => (path.endsWith('/heads') ? { head: { note: readAnchorLine(anchorLines()[0] ?? '')?.note } } : answer), /it was rolled back/],
    ['shows a head that nobody signed', (path, answer) => (path.endsWith('/heads') ? { head: { note: answer.head.note.replace(/\n\d+\n/, '\n44444\n') } } : answer), /signature .* does not belong/],
    ['gives a proof of another tree', (path, answer) => (path.includes('consistency') ? { ...answer, proof: answer.proof.map(() => 'ab'.repeat(32)) } : answer), /history was rewritten/],
    ['gives no proof', (path, answer) => (path.includes('consistency?from=41') ? { ...answer, proof: [] } : answer), /history was rewritten/],
    ['gives nonsense for a proof', (path, answer) => (path.includes('consistency') ? { ...answer, proof: 'yes' } : answer), /history was rewritten/],
    ['alters a record in its receipt', (path, answer) => (path.endsWith('/receipt') ? { ...answer, entries: [{ ...answer.entries[0], record: { ...answer.entries[0]?.record, actor_name: 'x' } }] } : answer), /do not lead to the root/],
    ['lists another action than it proves', (path, answer) => (path.includes('?limit') ? { ...answer, records: answer.records.map((one) => ({ ...one, action: 'run.start' })) } : answer), /proves another record/],
  ])('that %s is caught', async (_, lie, because) => {
    const [code, said] = await live(lie)
    expect(code).toBe(1)
    expect(said).toMatch(because)
  })

  test('whose receipt is one of another record is caught', async () => {
    let first: unknown
    const [code, said] = await live((path, answer) => (path.endsWith('/receipt') ? (first ??= answer) : answer))
    expect([code, said]).toEqual([1, expect.stringMatching(/proves another record/) as string])
  })
})
