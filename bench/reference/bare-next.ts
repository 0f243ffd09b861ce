import { createServer } from 'node:http'
import next from 'next'
import { answerParent } from '../support/child.ts'

/* The same pages in a plain Next.js server: no sockets, no engine, no database in use. What Next alone costs. */

const port = Number(process.argv[2])
const server = createServer()
const app = next({ dev: false, hostname: '127.0.0.1', port, httpServer: server })
await app.prepare()
const handle = app.getRequestHandler()
server.on('request', (request, response) => void handle(request, response))
await new Promise<void>((settle) => server.listen(port, '127.0.0.1', settle))
answerParent(async () => process.pid)
