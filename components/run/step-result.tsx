'use client'

import { useTranslations } from 'use-intl'
import { asYaml } from '#components/plan/rules/as-yaml.ts'
import type { TaskLine } from '#components/plan/rules/step-result.ts'
import { readResult } from '#components/plan/rules/step-result.ts'
import { Status } from '#components/ui/status.tsx'
import type { Tone } from '#components/ui/status.tsx'
import { Table, Tbody, Td, Th, Thead, Tr } from '#components/ui/table.tsx'

/** What Ansible calls changed is done and did something: neither good nor bad by itself. */
const tone: Record<TaskLine['outcome'], Tone> = { ok: 'good', changed: 'neutral', failed: 'bad', skipped: 'neutral', unreachable: 'bad' }

/** What a tool reported about its work, in its own shape: tasks by host, or how much it added, changed and destroyed. */
export function StepResult({ result }: { result: Record<string, unknown> }) {
  const t = useTranslations('run.result')
  const read = readResult(result)
  if (read.kind === 'changes') return <p className="mt-2 text-[0.8125rem] font-medium">{t('changes', { add: read.add, change: read.change, destroy: read.destroy })}</p>
  if (read.kind === 'other') return <pre tabIndex={0} role="region" aria-label={t('title')} className="mt-2 max-h-60 overflow-auto rounded-sm border border-border bg-sunken px-3 py-2 font-mono text-xs leading-5">{asYaml(read.result)}</pre>
  return (
    <div className="mt-2 px-4">
      <Table label={t('title')}>
        <Thead>
          <Tr>
            <Th>{t('task')}</Th>
            <Th>{t('host')}</Th>
            <Th>{t('outcome')}</Th>
          </Tr>
        </Thead>
        <Tbody>
          {read.tasks.map((line, index) => (
            <Tr key={`${line.task} ${line.host} ${index}`}>
              <Td>{line.task}</Td>
              <Td>{line.host}</Td>
              <Td>
                <Status tone={tone[line.outcome]} size="sm">{t(line.outcome)}</Status>
                {line.message && <span className="mt-0.5 block text-text-2">{line.message}</span>}
              </Td>
            </Tr>
          ))}
        </Tbody>
      </Table>
    </div>
  )
}
