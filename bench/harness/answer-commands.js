/** Runs what the parent asks for over the IPC channel, and answers with what came of it. */
export function answerCommands (commands) {
  process.on('message', async ({ id, command, given }) => {
    try {
      process.send({ id, result: await commands[command](given) })
    } catch (error) {
      process.send({ id, error: error.stack })
    }
  })
  // The benchmark that started this process has ended or crashed.
  process.on('disconnect', () => process.exit())
}
