import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { partsOf } from './references.ts'
import { inSingleQuotes, shellCommand } from './shell-text.ts'

const run = (command: string): string => execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8' })
const withValue = (text: string, value: string): string => shellCommand(partsOf(text), () => value)

test('a value is assigned in front, as one quoted word, and looked up where it is used', () => {
  expect(withValue('echo ${params.a} "in ${params.a}"', `it's`)).toBe(`params_a='it'\\''s'\necho "\${params_a}" "in \${params_a}"`)
})

/** Places in a command: bare, quoted, after a comment with an apostrophe, in a substitution, in a here-document. */
const places = ['printf %s ${params.a}', 'printf %s "${params.a}"', "# don't\nprintf %s ${params.a}", 'printf %s "$(printf %s "${params.a}")"', 'printf %s x >/dev/null; printf %s "${params.a}"', "printf %s '' ${params.a}", 'printf %s \\"${params.a} | cut -c 2-']

test.each(places)('a real shell reads no value as code: %s', (text) => {
  const nasty = fc.oneof(fc.string({ maxLength: 20 }), fc.constantFrom('$(touch /tmp/never)', '`id`', "'; echo no; '", '"; echo no; "', '$HOME', '* ? [a]', 'a  b', '\\', '--help', '#x', '$$', "'", '"'))
  fc.assert(
    fc.property(nasty.map((value) => value.replaceAll(/[\0\n\r]/g, '')).filter((value) => value.isWellFormed()), (value) => {
      expect(run(withValue(text, value)).trimEnd()).toBe(value.trimEnd())
    }),
    { numRuns: 25 },
  )
})

test('in a here-document a value is still only text', () => expect(run(withValue('cat <<END\n<${params.a}>\nEND', '$(echo no) `echo no`'))).toBe('<"$(echo no) `echo no`">\n'))

test.each([
  ["echo 'a ", true],
  ['echo "it\'s ', false],
  ["echo 'a' ", false],
  ["# don't\necho ", false],
  ["echo \\' ", false],
  ["echo it\\'s '", true],
])('whether %s goes on inside single quotes', (before, inside) => expect(inSingleQuotes(`${before}x`, before.length)).toBe(inside))
