import type { ExportReport } from '#lib/platform/rules/check-export.ts'
import { checkExport, Unreadable } from '#lib/platform/rules/check-export.ts'
import { findingText } from '#lib/platform/rules/finding-text.ts'
import { CannotTell, exitCodes, keysFrom, linesOf } from './verifying.ts'

export interface VerifyOptions {
  key: string[]
  anchor?: string[]
}

/** Holds an export against keys and anchors, without a server or a database. Returns the exit code; prints what was found. */
export async function verifyRecords(file: string, { key, anchor = [] }: VerifyOptions, say: (line: string) => void = console.log): Promise<number> {
  const keys = keysFrom(key)
  for (const [at, path] of (anchor.length > 0 ? anchor : [null]).entries()) {
    const report = await checkExport(linesOf(file), keys, path === null ? null : linesOf(path)).catch((error: unknown) => {
      throw error instanceof Unreadable ? new CannotTell(error.message) : error
    })
    if (report.finding) {
      say(`WRONG ${findingText(report.finding)}`)
      say(`The ${report.finding.index ?? report.covered?.size ?? 0} records before ${report.finding.index === null ? 'that' : `leaf ${report.finding.index}`} are as they were sealed.`)
      return exitCodes.wrong
    }
    if (at === 0) for (const line of described(report)) say(line)
    if (path !== null) say(`anchor ${path}: reaches ${report.anchored} records, and all of them are the ones that were anchored`)
  }
  if (anchor.length === 0) say('No anchor was given: that the database was not put back as a whole, or that its newest records were not removed together with their heads, is not known.')
  return exitCodes.well
}

function described(report: ExportReport): string[] {
  const { covered, rows, origin, exportedAt, disposed, elsewhere } = report
  return [
    `${rows} records of ${origin}, exported ${exportedAt}: each is as it was sealed, in its place`,
    covered ? `signed: the tree head over ${covered.size} records, of ${covered.at}${rows > covered.size ? `; ${rows - covered.size} newer ones are under no head yet` : ''}` : 'signed: nothing yet, so that nothing proves them',
    ...(disposed > 0 ? [`${disposed} have no content any more; their headers and places are proven all the same`] : []),
    ...(elsewhere > 0 ? [`${elsewhere} belong to other projects: only their hashes are here`] : []),
  ]
}
