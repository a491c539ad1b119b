import { Registry } from 'prom-client'
import t from 'tap'
import { createDurationHistogram } from '../../src/telemetry/duration-histogram.js'

t.test('is written as prom-client writes its own, bucket by bucket', async (t) => {
  const register = new Registry()
  const { observe, metric } = createDurationHistogram('h_seconds', 'What is measured', [0.1, 1], [{ cached: 'true' }, { cached: 'false' }])
  register.registerMetric(metric)
  t.equal(await register.metrics(), '# HELP h_seconds What is measured\n# TYPE h_seconds histogram\n', 'nothing before it is fed')
  for (const seconds of [0.05, 0.1, 0.5, 7]) observe(0, seconds)
  const lines = (await register.metrics()).split('\n').filter((line) => line.startsWith('h_'))
  t.strictSame(lines, [
    'h_seconds_bucket{cached="true",le="0.1"} 2', 'h_seconds_bucket{cached="true",le="1"} 3', 'h_seconds_bucket{cached="true",le="+Inf"} 4',
    'h_seconds_sum{cached="true"} 7.65', 'h_seconds_count{cached="true"} 4'
  ])
  register.resetMetrics()
  t.notMatch(await register.metrics(), 'h_seconds_count')
})
