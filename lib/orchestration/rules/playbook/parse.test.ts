import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parsePlaybook, problemLine } from './parse.ts'

const told = (text: string): string[] => {
  const parsed = parsePlaybook(text)
  return parsed.ok ? [] : parsed.problems.map((problem) => problemLine('p', problem).replace(/^p:/, ''))
}

/** The text without its marks, and where they stood: each `»` is right before a place that is told, as `line:column`. */
function marked(text: string): { plain: string; places: string[] } {
  const places: string[] = []
  const lines = text.split('\n').map((line, at) => {
    let plain = line
    for (let column = plain.indexOf('»'); column >= 0; column = plain.indexOf('»')) {
      places.push(`${at + 1}:${column + 1}`)
      plain = plain.replace('»', '')
    }
    return plain
  })
  return { plain: lines.join('\n'), places }
}

/** Every message at its mark, in the order of the text. */
function expectTold(text: string, messages: readonly string[]): void {
  const { plain, places } = marked(text)
  expect(told(plain)).toEqual(messages.map((message, at) => `${places[at] ?? 'no mark'}: ${message}`))
  expect(places).toHaveLength(messages.length)
}

const steps = (...lines: string[]): string => `v: 1\nname: p\nparams: { ticket: { type: string, required: true } }\nsteps:\n${lines.map((line) => `  - ${line}\n`).join('')}`
const off = 'with: { provider: f, flag: x, on: false }'

const examples = join(import.meta.dirname, '../../../../docs/examples/playbooks')

test.each(readdirSync(examples))('the example %s is a playbook', (file) => {
  expect(told(readFileSync(join(examples, file), 'utf8'))).toEqual([])
})

test('the playbook in the guide is one', () => {
  const [, text = ''] = /```yaml\n([\s\S]*?)```/.exec(readFileSync(join(examples, '../../guides/playbooks.md'), 'utf8')) ?? []
  expect(told(text)).toEqual([])
  expect(text).toContain('hold-argo')
})

test('defaults are filled in, and references stay as they were written', () => {
  const parsed = parsePlaybook(steps('{ id: a, kind: kubernetes, with: { namespace: "${params.ticket}", resource: deployment/x, action: scale, replicas: "${situation.tier}" }, retry: { times: 2 } }'))
  expect(parsed).toMatchObject({ ok: true, playbook: { params: { ticket: { required: true } }, steps: [{ each: 'once', locks: [], retry: { times: 2, backoff: '1s', max: '1m' }, with: { namespace: '${params.ticket}', replicas: '${situation.tier}' } }] } })
})

test('a place is counted from 1, in lines and characters', () => expect(told('v: 1\nname: p\nsteps:\n  - { id: a, kind: wait, with: { for: soon } }')).toEqual(['4:39: steps.0.with.for: a time, as 500ms, 30s, 5m or 1h']))

test.each<[string, string, string[]]>([
  ['a bracket that is never closed', 'v: 1\nsteps: [»', ['not YAML: flow sequence in block collection must be sufficiently indented and end with a ]']],
  ['the same key twice', 'v: 1\n»v: 1', ['not YAML: map keys must be unique']],
  ['two documents', 'v: 1\n»---\nv: 1', ['not YAML: source contains multiple documents; please use YAML.parseAllDocuments()']],
  ['an alias', 'v: 1\nname: &n p\nsteps:\n  - { id: a, kind: notify, with: { say: »*n } }', ['aliases are refused: write it where it is used']],
  ['a tag that nobody knows', 'v: »!secret 1', ['not YAML: unresolved tag: !secret']],
  ['a key of every object', '»__proto__: 1', ['__proto__: there is no field `__proto__` here']],
])('%s is no plain data', (_what, text, messages) => expectTold(text, messages))

test.each<[string, string, string[]]>([
  ['nothing', '»', ['fields are expected here, not nothing']],
  ['text', '»roll back', ['fields are expected here, not text']],
  ['a list', '»- a', ['fields are expected here, not a list']],
  ['fields that are missing', '»»v: 1', ['name: `name` is missing', 'steps: `steps` is missing']],
  ['another version', 'v: »2\nname: p\nsteps:\n  - { id: a, kind: validate }', ['v: only 1 is expected here']],
  ['a field with a slip', 'v: 1\nname: p\n»whne: "true"\nsteps:\n  - { id: a, kind: validate }', ['whne: there is no field `whne` here; did you mean when?']],
  ['a name with capitals', 'v: 1\nname: »Roll back\nsteps:\n  - { id: a, kind: validate }', ['name: small letters, digits and hyphens, at most 60']],
  ['no steps', 'v: 1\nname: p\nsteps: »[]', ['steps: at least 1 of them']],
  ['a field of a step that does not exist', steps('{ id: a, kind: validate, »retyr: 3 }'), ['steps.0.retyr: there is no field `retyr` here; did you mean retry?']],
  ['a parameter of another kind', steps('{ id: a, kind: flag, with: { provider: f, flag: x, on: false, »url: "http://x" } }'), ['steps.0.with.url: there is no field `url` here; there is provider, flag, on']],
  ['a kind with a slip', steps('{ id: a, kind: »kubernets, with: {} }'), ['steps.0.kind: there is no kind `kubernets` here; did you mean kubernetes?']],
  ['no kind', steps('»{ id: a }'), ['steps.0.kind: `kind` is missing: shell, http, ansible, terraform, kubernetes, sql, flag, proxy, deploy, dns, cdn, wait, approve, validate, notify, hold-reconciler, manual']],
  ['a controller that nobody knows', steps('{ id: a, kind: hold-reconciler, with: { via: »argo, hold: true } }'), ['steps.0.with.via: there is no via `argo` here; there is argocd, flux, http, command']],
  ['wrong types', steps('id: a\n    kind: http\n    timeout: »30\n    with: { method: »get, url: »7, expect: { status: [»"200"] } }'), ['steps.0.timeout: a time, as 500ms, 30s, 5m or 1h', 'steps.0.with.method: one of GET, HEAD, POST, PUT, PATCH, DELETE is expected here; did you mean GET?', 'steps.0.with.url: an address, as https://example.com/path', 'steps.0.with.expect.status.0: a number is expected here, not text']],
  ['an action without what it needs', steps('{ id: a, kind: kubernetes, with: »{ namespace: shop, resource: deployment/x, action: scale } }'), ['steps.0.with.replicas: `replicas` is missing']],
  ['text where a number belongs, known before its value is', steps('{ id: a, kind: proxy, with: { backend: »"${situation.tier}", weight: »"${params.ticket}", server: "s-${situation.tier}" } }'), ['steps.0.with.backend: text is expected here, and this is a number', 'steps.0.with.weight: a number is expected here, and this is text']],
])('%s is a wrong form', (_what, text, messages) => expectTold(text, messages))

test.each<[string, string, string[]]>([
  ['an id twice', steps('{ id: a, kind: validate }', '{ id: »a, kind: validate }'), ['steps.1.id: there is already a step `a`; ids are unique']],
  ['a step to wait for that does not exist', steps('{ id: hold, kind: validate }', '{ id: b, kind: validate, after: [hold, »hodl] }'), ['steps.1.after.1: there is no step `hodl`; did you mean hold?']],
  ['steps that wait for each other', steps('{ id: a, kind: validate, after: »[c] }', '{ id: b, kind: validate }', '{ id: c, kind: validate, after: [b] }'), ['steps.0.after: the steps wait for each other in a circle: b → c → a → b']],
  ['a step that waits for itself', steps('{ id: a, kind: validate, after: »[a] }'), ['steps.0.after: the steps wait for each other in a circle: a → a']],
  ['the moves twice', steps('{ id: a, kind: deploy, with: { moves: planned } }', '{ id: b, kind: »deploy, with: { moves: planned } }'), ['steps.1.kind: the planned moves are made once, and `a` makes them already']],
  ['the moves with means of their own', steps('{ id: a, kind: deploy, »each: region, with: { moves: planned } }'), ['steps.0.each: the planner decides about the moves: leave `each` out']],
])('%s is no order', (_what, text, messages) => expectTold(text, messages))

test.each<[string, string, string[]]>([
  ['a way back from a request that only asks', steps('{ id: a, kind: http, with: { method: GET, url: "http://x" }, »compensate: { kind: flag, with: { provider: f, flag: x, on: true } } }'), ['steps.0.compensate: this http changes nothing, so there is nothing to take back']],
  ['a way back that changes nothing', steps(`{ id: a, kind: flag, ${off}, »compensate: { kind: terraform, with: { dir: x, action: plan } } }`), ['steps.0.compensate: this terraform changes nothing, so it takes nothing back']],
  ['a check that changes something', steps(`{ id: a, kind: flag, ${off}, »check: { kind: http, with: { method: POST, url: "http://x" } } }`), ['steps.0.check: a check only looks, and this http changes something']],
  ['a check with a statement, whatever it says', steps(`{ id: a, kind: flag, ${off}, »check: { kind: sql, with: { connection: c, statements: ["select 1"] } } }`), ['steps.0.check: a check only looks, and this sql changes something']],
  ['a check that asks a database', steps(`{ id: a, kind: flag, ${off}, check: { kind: sql, with: { connection: c, statements: [], check: "select true" } } }`), []],
  ['a check of which nobody can tell', steps(`{ id: a, kind: flag, ${off}, »check: { kind: shell, with: { command: test -f x } } }`), ['steps.0.check: a check only looks, and nobody can tell what this shell does: say readOnly: true beside it if you vouch for it']],
  ['the same check, vouched for', steps(`{ id: a, kind: flag, ${off}, check: { kind: shell, readOnly: true, with: { command: test -f x } } }`), []],
  ['a check by what no agent does', steps(`{ id: a, kind: flag, ${off}, check: { kind: »wait, with: { for: 1s } } }`), ['steps.0.check.kind: there is no kind `wait` here; there is shell, http, ansible, terraform, kubernetes, sql, flag, proxy, dns, cdn, hold-reconciler']],
  ['repetition of what is not the same twice', steps('{ id: a, kind: shell, with: { command: date }, »retry: { times: 3 } }'), ['steps.0.retry: only what is the same done twice is repeated by itself: say repeatable: true if it is, or leave retry out']],
  ['undoing twice', steps('{ id: a, kind: kubernetes, »repeatable: true, with: { namespace: n, resource: deployment/x, action: rollout-undo } }'), ['steps.0.repeatable: undone twice, it is back where it was: name toRevision']],
  ['means of an agent where there is none', steps('{ id: a, kind: approve, with: { say: "Go on?" }, »region: eu, »retry: { times: 2 } }'), ['steps.0.region: the command center does approve itself: it has no `region`', 'steps.0.retry: the command center does approve itself: it has no `retry`']],
  ['a region of what is done in each', steps(`{ id: a, kind: flag, each: region, »region: eu, ${off} }`), ['steps.0.region: each: region says where it is done: leave `region` out']],
  ['parameters that can be left out and are nothing then', 'v: 1\nname: p\nparams:\n  a: »{ type: string }\n  b: { type: number, required: true, default: »1 }\n  c: { type: choice, of: [x, y], default: »z }\nsteps:\n  - { id: a, kind: validate }', [
    'params.a: nobody has to say `a`, so it needs a default; or make it required: true',
    'params.b.default: `b` is required, so its default is never used: leave out one of the two',
    'params.c.default: the default is not among the choices x, y',
  ]],
])('%s is refused', (_what, text, messages) => expectTold(text, messages))

test.each<[string, string, string[]]>([
  ['a parameter that nobody declared', steps('{ id: a, kind: notify, with: { say: "see »${params.tickt}" } }'), ['steps.0.with.say: `params.tickt` cannot be resolved here; did you mean params.ticket?']],
  ['a field of the situation that does not exist', steps('{ id: a, kind: notify, with: { say: »"${situation.failur}" } }'), ['steps.0.with.say: `situation.failur` cannot be resolved here; did you mean situation.failure?']],
  ['a place where there is none', steps('{ id: a, kind: notify, with: { say: "in »${step.region}" } }'), ['steps.0.with.say: `step.region` has a value only with each: region or target']],
  ['the service of a step that is about a region', steps('{ id: a, kind: shell, each: region, with: { command: "x »${step.service}" } }'), ['steps.0.with.command: `step.service` has a value only with each: target']],
  ['a list inside a text', steps('{ id: a, kind: notify, with: { say: "of »${situation.services}" } }'), ['steps.0.with.say: `situation.services` is a list, and cannot stand inside a text']],
  ['a reference without an end', steps('{ id: a, kind: notify, with: { say: "see »${params.ticket" } }'), ['steps.0.with.say: this reference has no end: write ${…}, or $${ for a plain ${']],
  ['a reference and its plain twin', steps('{ id: a, kind: notify, with: { say: "$${params.tickt} ${params.ticket}" } }'), []],
  ['a reference in a check', steps(`{ id: a, kind: flag, ${off}, check: { kind: http, with: { method: GET, url: "http://x/»\${params.x}" } } }`), ['steps.0.check.with.url: `params.x` cannot be resolved here; there is params.ticket, situation.failure, situation.service, situation.services, situation.tier, situation.dataClass, situation.environment, situation.region, situation.regions, situation.jurisdictions, situation.severity, situation.purpose, situation.from, situation.to, situation.drill, situation.minutesOpen, step.region']],
  ['a variable of the shell', steps('{ id: a, kind: shell, with: { command: "echo »${HOME}" } }'), ['steps.0.with.command: `HOME` cannot be resolved here; the shell’s own variable is written $${HOME}']],
  ['a variable of the shell, said so', steps('{ id: a, kind: shell, with: { command: "echo $${HOME}" } }'), []],
  ['a value as a command', steps('{ id: a, kind: shell, with: { command: »"${params.ticket}" } }'), ['steps.0.with.command: a value is never a command: write the command, and the value as its argument']],
  ['a value as a statement', steps('{ id: a, kind: sql, with: { connection: c, statements: [»"${params.ticket}"] } }'), ['steps.0.with.statements.0: a value is never a statement: write the statement, and the value inside it']],
  ['a value in single quotes', steps(`{ id: a, kind: shell, with: { command: "echo '»\${params.ticket}'" } }`), ['steps.0.with.command: inside single quotes nothing is looked up: use double quotes, or none']],
  ['a reference on a later line', steps('id: a\n    kind: shell\n    with:\n      command: |\n        date\n        echo »${params.tickt}'), ['steps.0.with.command: `params.tickt` cannot be resolved here; did you mean params.ticket?']],
])('%s is told', (_what, text, messages) => expectTold(text, messages))

test('everything that is wrong is told at once, conditions too, in the order of the text', () => {
  expectTold('v: 1\nname: p\nwhen: situation.»teir <= 2\nsteps:\n  - { id: alpha, kind: »htp, with: {} }\n  - { id: »alpha, kind: wait, with: { for: »soon }, after: [»alhpa] }\n  - id: c\n    kind: notify\n    if: »"nothing == 1"\n    with: { say: »7 }', [
    'when: `situation` has no `teir`; did you mean tier?',
    'steps.0.kind: there is no kind `htp` here; did you mean http?',
    'steps.1.id: there is already a step `alpha`; ids are unique',
    'steps.1.with.for: a time, as 500ms, 30s, 5m or 1h',
    'steps.1.after.0: there is no step `alhpa`; did you mean alpha?',
    'steps.2.if: there is no variable `nothing`; there is situation, params',
    'steps.2.with.say: text is expected here, not a number',
  ])
})

test('a megabyte is refused before it is read', () => expect(told(`v: 1\n${'#'.repeat(1_000_000)}`)).toEqual(['1:1: a playbook has at most 200000 characters']))
