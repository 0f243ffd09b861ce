import { expect, test } from 'vitest'
import { counter, histogram } from './metrics.ts'

test('a counter adds up by labels, whose values are escaped', () => {
  const requests = counter('requests_total', 'Requests.')
  requests.add({ service: 'a', code: '200' })
  requests.add({ service: 'a', code: '200' }, 2)
  requests.add({ service: 'a"\\\n', code: '500' }, 0)
  expect(requests.text()).toBe('# HELP requests_total Requests.\n# TYPE requests_total counter\nrequests_total{service="a",code="200"} 3\nrequests_total{service="a\\"\\\\\\n",code="500"} 0\n')
})

test('a histogram counts upwards, a bound belongs to its bucket, and the last bucket holds everything', () => {
  const durations = histogram('duration_seconds', 'Durations.')
  for (const seconds of [0.005, 0.02, 99]) durations.observe({ service: 'a' }, seconds)
  const lines = durations.text().split('\n')
  expect(lines).toContain('duration_seconds_bucket{service="a",le="0.005"} 1')
  expect(lines).toContain('duration_seconds_bucket{service="a",le="0.025"} 2')
  expect(lines).toContain('duration_seconds_bucket{service="a",le="2.5"} 2')
  expect(lines).toContain('duration_seconds_bucket{service="a",le="+Inf"} 3')
  expect(lines).toContain('duration_seconds_count{service="a"} 3')
})
