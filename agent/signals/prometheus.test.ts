import { describe, expect, test } from 'vitest'
import { parseSelector, parseText, selects } from './prometheus.ts'

describe('text', () => {
  test.each([
    ['requests_total 3', { name: 'requests_total', labels: {}, value: 3 }],
    ['requests_total{code="200"} 3 1790000000000', { name: 'requests_total', labels: { code: '200' }, value: 3 }],
    ['a{x="1",y="2",} 1e3', { name: 'a', labels: { x: '1', y: '2' }, value: 1000 }],
    ['a { x = "1" , y="2" } 0.5', { name: 'a', labels: { x: '1', y: '2' }, value: 0.5 }],
    ['a{} 1', { name: 'a', labels: {}, value: 1 }],
    ['a{path="C:\\\\x \\"q\\" }\\n"} 1', { name: 'a', labels: { path: 'C:\\x "q" }\n' }, value: 1 }],
    ['a +Inf', { name: 'a', labels: {}, value: Infinity }],
    ['a -Inf', { name: 'a', labels: {}, value: -Infinity }],
    ['a NaN', { name: 'a', labels: {}, value: NaN }],
    ['node:cpu_1 -2', { name: 'node:cpu_1', labels: {}, value: -2 }],
  ])('%s', (line, series) => {
    expect(parseText(`# HELP a b\n# TYPE a counter\n\n${line}\r\n`)).toEqual([series])
  })

  test.each(['a{x="1" 3', 'a{x=1} 3', '{x="1"} 3', '9a 3', 'a', 'a{x=~"1"} 3', 'a{x="1"y="2"} 3'])('%s cannot be read and hides no other line', (line) => {
    expect(parseText(`${line}\nb 1`)).toEqual([{ name: 'b', labels: {}, value: 1 }])
  })
})

describe('selectors', () => {
  const series = { name: 'requests_total', labels: { service: 'checkout', code: '503' }, value: 1 }
  test.each([
    ['requests_total', true],
    ['requests', false],
    ['requests_total{service="checkout"}', true],
    ['requests_total{service="check"}', false],
    ['requests_total{service!="checkout"}', false],
    ['requests_total{code=~"5.."}', true],
    ['requests_total{code=~"5"}', false],
    ['requests_total{code=~"4..|5.."}', true],
    ['requests_total{code!~"5.."}', false],
    ['requests_total{service="checkout",code=~"5..",}', true],
    ['requests_total{absent=""}', true],
    ['requests_total{absent!=""}', false],
  ])('%s selects: %s', (text, expected) => {
    const parsed = parseSelector(text)
    expect(parsed.ok && selects(parsed.value, series)).toBe(expected)
  })

  test.each(['', '{a="b"}', 'a{b}', 'a{b="c"', 'a{b=~"("}', 'rate(a[5m])', 'a{b="c"} / 2'])('%s is refused with a reason', (text) => {
    expect(parseSelector(text)).toEqual({ ok: false, because: expect.stringMatching(/.+/) })
  })
})
