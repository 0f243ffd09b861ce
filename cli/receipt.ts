import { writeFileSync } from 'node:fs'
import type { Receipt, ReceiptEntry } from '#lib/platform/rules/receipt.ts'
import { receiptText, verifyReceipt } from '#lib/platform/rules/receipt.ts'
import { readAnchorLine } from '#lib/platform/rules/anchor-line.ts'
import type { Connection } from './client.ts'
import { call } from './client.ts'
import { exitCodes, keysFrom, linesOf, readText } from './verifying.ts'

/** Fetches the receipt of a request for approval or of a record into a file. */
export async function getReceipt(connection: Connection, { approval, record, out }: { approval?: string; record?: string; out: string }): Promise<{ file: string; records: number }> {
  const path = approval ? `/api/v1/approvals/${approval}/receipt` : `/api/v1/records/${record ?? ''}/receipt`
  const receipt = (await call(connection, 'GET', path)) as Receipt
  writeFileSync(out, receiptText(receipt), { flag: 'wx' })
  return { file: out, records: receipt.entries.length }
}

/** Checks a receipt without server or database. Returns the exit code; prints what it proves or what is wrong. */
export async function checkReceipt(file: string, { key = [], anchor }: { key?: string[]; anchor?: string }, say: (line: string) => void = console.log): Promise<number> {
  const trusted = keysFrom(key)
  const verdict = await verifyReceipt(readText(file), trusted.length > 0 ? trusted.map(({ text }) => text) : null)
  if (!verdict.ok) {
    say(`WRONG ${verdict.entry === null ? '' : `entry ${verdict.entry + 1}: `}${verdict.because}`)
    return exitCodes.wrong
  }
  const { head, keys, entries } = verdict
  if (anchor) {
    let found = false
    for await (const text of linesOf(anchor)) {
      const line = readAnchorLine(text)
      if (line?.head.origin !== head.origin || line.head.size !== head.size) continue
      if (line.head.root !== head.root) {
        say(`WRONG the anchor has another root over ${head.size} records: two histories were shown`)
        return exitCodes.wrong
      }
      found = true
    }
    say(found ? `anchor: the same tree head is there` : `anchor: this tree head is not there`)
    if (!found) return exitCodes.unknown
  }
  for (const entry of entries) say(entryText(entry))
  say(`proven under the tree head over ${head.size} records of ${head.origin}, signed ${head.at} by ${keys.map(({ name, id }) => `${name}+${id}`).join(' and ')}`)
  if (trusted.length === 0) say('The key is the one in the file itself: compare it with one from elsewhere (--key), since whoever makes a false receipt also makes a key.')
  return exitCodes.well
}

function entryText({ record, payload }: ReceiptEntry): string {
  const input = ((payload ?? {}) as { input?: { planHash?: string; vote?: string; reason?: string } }).input
  const about = [input?.vote, input?.planHash && `plan ${input.planHash}`, input?.reason && `“${input.reason}”`].filter(Boolean).join(', ')
  return `${record.at} ${record.actor_name} (${record.actor_kind}) ${record.action}${about ? `: ${about}` : ''}${payload === null ? ' (its content was disposed of)' : ''}`
}
