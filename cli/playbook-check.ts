import { readFileSync } from 'node:fs'
import { parsePlaybook, problemLine } from '#lib/orchestration/rules/playbook/parse.ts'

/** Holds files against the rules of the server, without one. Prints `file:line:column: …` as compilers do; false where anything is wrong. */
export function checkPlaybooks(files: readonly string[]): boolean {
  const problems = files.flatMap((file) => {
    const parsed = parsePlaybook(readFileSync(file, 'utf8'))
    return parsed.ok ? [] : parsed.problems.map((problem) => problemLine(file, problem))
  })
  for (const problem of problems) console.error(problem)
  if (problems.length === 0) console.log(files.length === 1 ? `${files[0] ?? ''} is a playbook` : `${files.length} playbooks, and nothing is wrong with them`)
  return problems.length === 0
}
