/** @type {import('next').NextConfig} */
export default {
  // Types are checked by `npm run types`, once, for the whole repository.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  reactStrictMode: true,
  serverExternalPackages: ['postgres', 'pino', '@node-rs/argon2', 'graphile-worker'],
  // In development Next would write the arguments of server actions to the log, passwords among them.
  logging: { serverFunctions: false },
  // The console is never shown inside another page, and what it answers is what it says it is.
  async headers() {
    const values = { 'X-Frame-Options': 'DENY', 'X-Content-Type-Options': 'nosniff', 'Referrer-Policy': 'same-origin' }
    return [{ source: '/:path*', headers: Object.entries(values).map(([key, value]) => ({ key, value })) }]
  },
  experimental: { serverActions: { bodySizeLimit: '1mb' } },
}
