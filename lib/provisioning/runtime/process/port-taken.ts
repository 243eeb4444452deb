import { createServer } from 'node:net'

// Each address by itself: a socket on 127.0.0.1 does not everywhere keep another one from taking 0.0.0.0.
const ADDRESSES = ['127.0.0.1', '::1', '0.0.0.0', '::']

/** Whether somebody on this machine listens on the port. */
export async function portTaken(port: number): Promise<boolean> {
  for (const host of ADDRESSES) if (await addressTaken(host, port)) return true
  return false
}

function addressTaken(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    // Any other error means that this machine has no such address (no IPv6): then nobody can listen there.
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code === 'EADDRINUSE'))
    server.listen({ host, port, exclusive: true, ipv6Only: host === '::' }, () => server.close(() => resolve(false)))
  })
}
