import { readAnchorLine } from './anchor-line.ts'
import type { Finding, SealedRow } from './check-records.ts'
import { checkRecords } from './check-records.ts'
import type { Head, VerifierKey } from './checkpoint.ts'

/* An export as a file: one JSON value a line. First what it is, then heads and rows, last how many. */

export type ExportLine =
  | { format: 'knowngood-records'; v: 1; origin: string; at: string; keys: string[] }
  | { head: string }
  | { row: SealedRow }
  | { slippedIn: { id: string; at: string } }
  | { end: { rows: number } }

export const exportLine = (line: ExportLine): string => `${JSON.stringify(line)}\n`

export interface ExportReport {
  /** The first thing that is wrong, or null. */
  finding: Finding | null
  origin: string
  exportedAt: string
  rows: number
  /** The newest signed head that the rows fulfil; what is above it nothing proves yet. */
  covered: Head | null
  /** How far the anchor reaches; null = none was given. */
  anchored: number | null
  /** Rows whose payload is not there any more. */
  disposed: number
  /** Rows of projects that the export may not show. */
  elsewhere: number
}

/** Not a finding: this cannot be judged at all. */
export class Unreadable extends Error {
  override readonly name = 'Unreadable'
}

type Lines = AsyncIterable<string> | Iterable<string>

/** Holds an export against keys and an anchor. Reads both once, line by line: memory does not grow with them. */
export async function checkExport(lines: Lines, keys: readonly VerifierKey[], anchor: Lines | null): Promise<ExportReport> {
  const check = checkRecords(keys)
  const anchors = anchor ? iteratorOf(anchor) : null
  const report: ExportReport = { finding: null, origin: '', exportedAt: '', rows: 0, covered: null, anchored: null, disposed: 0, elsewhere: 0 }
  let anchorsLeft = anchors !== null
  let torn = 0

  /** What is anchored over the next leaf and the one after it, before that leaf is judged. */
  const feed = async (until: number): Promise<Finding | null> => {
    while (anchors && anchorsLeft && check.anchoredSize() < until) {
      const next = await anchors.next()
      if (next.done) {
        anchorsLeft = false
        break
      }
      if (next.value.trim() === '') continue
      const line = readAnchorLine(next.value)
      // A line that a crash tore was written again behind it; one that is missing shows as a gap.
      if (!line) torn++
      else if (line.head.origin === report.origin) {
        const finding = check.anchored(line)
        if (finding) return finding
      }
    }
    return null
  }

  let number = 0
  let ended = false
  for await (const text of lines) {
    number++
    if (text === '') continue
    const line = parse(text, number)
    if (number === 1) {
      if (!('format' in line) || line.format !== 'knowngood-records') throw new Unreadable('this is not an export of records')
      if (line.v !== 1) throw new Unreadable(`this is an export of version ${String(line.v)}; this program knows version 1`)
      report.origin = line.origin
      report.exportedAt = line.at
      continue
    }
    if (ended) throw new Unreadable(`line ${number}: there is more after the end`)
    let finding: Finding | null = null
    if ('head' in line) finding = check.head(line.head)
    else if ('row' in line) {
      finding = (await feed(check.size() + 2)) ?? check.row(line.row)
      if (line.row.record === 'elsewhere') report.elsewhere++
      report.rows++
    } else if ('slippedIn' in line) finding = { index: null, recordId: line.slippedIn.id, what: `this record of ${line.slippedIn.at} is not sealed, though later ones are: it was inserted behind the product’s back` }
    else if ('end' in line) {
      ended = true
      if (line.end.rows !== report.rows) finding = { index: null, recordId: null, what: `the export says that it has ${line.end.rows} rows, and there are ${report.rows}: lines were removed or added` }
    }
    if (finding) return done(finding)
  }
  if (number === 0) throw new Unreadable('the export is empty')
  if (!ended) return done({ index: null, recordId: null, what: `the export ends after ${report.rows} rows without its last line: it was cut` })
  return done((await feed(Number.POSITIVE_INFINITY)) ?? check.end())

  function done(finding: Finding | null): ExportReport {
    if (anchors && check.anchoredSize() === 0 && !finding) throw new Unreadable(`the anchor holds no tree head of ${report.origin}${torn ? ` (${torn} of its lines cannot be read)` : ''}`)
    return { ...report, finding, covered: check.covered(), anchored: anchors ? check.anchoredSize() : null, disposed: check.disposed() }
  }
}

const iteratorOf = (lines: Lines): AsyncIterator<string> | Iterator<string> => (Symbol.asyncIterator in lines ? lines[Symbol.asyncIterator]() : lines[Symbol.iterator]())

function parse(text: string, number: number): ExportLine {
  try {
    const line: unknown = JSON.parse(text)
    if (typeof line === 'object' && line !== null) return line as ExportLine
  } catch {
    // Said below.
  }
  throw new Unreadable(`line ${number} of the export is not a JSON object`)
}
