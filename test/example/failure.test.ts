import t from 'tap'
import { describeFailure } from '../../example/failure.js'

t.test('an error that has lost its stack is told by its message', async (t) => {
  const error = new Error('the disk is full')
  delete error.stack
  t.equal(describeFailure(error), 'the disk is full')
})

t.test('what is no error is told as it is', async (t) => {
  t.equal(describeFailure('halt'), 'halt')
})
