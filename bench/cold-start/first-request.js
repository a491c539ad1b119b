// What a process has cost when its first verified request is answered. Imported last, so that it imports nothing itself.

/** Makes the server, sends it the request that stands in the environment, prints what the process has used. */
export async function measure (createServer) {
  const { settings, headers } = JSON.parse(process.env.FIRST_REQUEST)
  const app = await createServer(settings)
  const { statusCode } = await app.inject({ url: '/guarded', headers })
  const { user, system } = process.cpuUsage()
  const wall = performance.now()
  const rss = process.memoryUsage.rss()
  if (statusCode !== 200) throw new Error(`the first request was answered ${statusCode}`)
  console.log(JSON.stringify({ cpu: (user + system) / 1000, wall, rss }))
  process.exit()
}
