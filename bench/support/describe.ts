import type { Figure, Row } from './figure.ts'
import type { Machine } from './machine.ts'

/** The page of all figures. */
export function describe(figures: readonly Figure[]): string {
  return [
    '# Figures',
    '',
    'Written by `npm run bench`; the same in `results/*.json`. Each figure stands beside a floor or a peer that was measured in the same run, in turns with it:',
    'compare within a figure, not across machines or days. The median says how it usually is, p99 how bad it gets (only from a hundred measurements on; else the largest).',
    '',
    ...figures.flatMap(section),
  ].join('\n')
}

function section({ title, how, at, seconds, machine, rows, aims, notes }: Figure): string[] {
  return [
    `## ${title}`, '', how, '',
    '| | what | n | median | p99 | largest |', '|---|---|--:|--:|--:|--:|', ...rows.map(line), '',
    ...aims.map((aim) => `- ${aim.met ? 'Met' : '**Not met**'}: ${aim.sentence}`), ...notes.map((note) => `- ${note}`), '',
    `_${at.slice(0, 16).replace('T', ' ')} UTC, in ${Math.round(seconds)} s; ${words(machine)}._`, '',
  ]
}

const line = ({ role, name, n, median, p99, max, unit }: Row): string => `| ${role} | ${name} | ${n} | ${number(median)} ${unit} | ${p99 === null ? '' : `${number(p99)} ${unit}`} | ${n > 1 ? `${number(max)} ${unit}` : ''} |`

const words = ({ cpu, cores, memoryGiB, system, node, postgres, commit, load }: Machine): string =>
  `${cores} cores of ${cpu}, ${memoryGiB} GiB, ${system}, Node ${node.slice(1)}, PostgreSQL ${postgres}, commit ${commit}, load ${load} at the start`

/** Three digits say enough. */
const number = (value: number): string => (value >= 100 ? Math.round(value).toLocaleString('en-GB') : value >= 10 ? value.toFixed(1) : value.toFixed(2))
