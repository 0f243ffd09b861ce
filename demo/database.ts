import { leaveWithParent } from '#demo/shared/leave-with-parent.ts'
import { startPostgres } from '#scripts/postgres.ts'

/** Harbor's own PostgreSQL, held by a process that leaves with whoever started it and takes the server along. */
const [dir = '', port = ''] = process.argv.slice(2)
const starting = startPostgres({ dir, port: Number(port) })
leaveWithParent(async () => (await starting).stop(), 10_000)
const cluster = await starting.catch((error: Error) => {
  console.error(error.message)
  process.exit(1)
})
console.log(JSON.stringify({ superuserUrl: cluster.superuserUrl }))
