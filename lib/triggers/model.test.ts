import { describe, expect, test } from 'vitest'
import { criteriaDocumentSchema } from './model.ts'

const rule = { name: 'errors', signal: 'error-ratio', limit: 0.02, windowSeconds: 20, severity: 'SEV2', action: 'rollback' }
const document = { v: 1, environments: ['production'], services: ['*'], rules: [rule] }

test('what is left out has a default', () => {
  expect(criteriaDocumentSchema.parse(document).rules[0]).toEqual({ ...rule, direction: 'above', minRequests: 20, forSeconds: 0, clearSeconds: 30 })
  expect(criteriaDocumentSchema.parse({ ...document, rules: [{ name: 'down', signal: 'no-healthy-instance', severity: 'SEV1', action: 'rollback' }] }).rules[0]).toMatchObject({ direction: 'below', limit: 1, minRequests: 0 })
})

describe('a document is refused, by the place that is wrong:', () => {
  test.each([
    ['a percentage for a ratio', { ...document, rules: [{ ...rule, limit: 2 }] }, 'rules.0.limit'],
    ['no limit', { ...document, rules: [{ ...rule, limit: undefined }] }, 'rules.0.limit'],
    ['an unknown signal', { ...document, rules: [rule, { ...rule, name: 'b', signal: 'cpu' }] }, 'rules.1.signal'],
    ['a window that is too short', { ...document, rules: [{ ...rule, windowSeconds: 1 }] }, 'rules.0.windowSeconds'],
    ['an unknown action', { ...document, rules: [{ ...rule, action: 'panic' }] }, 'rules.0.action'],
    ['an unknown severity', { ...document, rules: [{ ...rule, severity: 'P1' }] }, 'rules.0.severity'],
    ['two rules of one name', { ...document, rules: [rule, rule] }, 'rules.1.name'],
    ['everything and one more', { ...document, services: ['*', 'checkout'] }, 'services.0'],
    ['no rules', { ...document, rules: [] }, 'rules'],
    ['another version', { ...document, v: 2 }, 'v'],
  ])('%s', (_what, wrong, path) => {
    const paths = criteriaDocumentSchema.safeParse(wrong).error?.issues.map((issue) => issue.path.join('.'))
    expect(paths).toContain(path)
  })
})
