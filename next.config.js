/** @type {import('next').NextConfig} */
export default {
  // Types are checked by `npm run types`, once, for the whole repository.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  reactStrictMode: true,
  serverExternalPackages: ['postgres', 'pino', '@node-rs/argon2', 'graphile-worker'],
  // In development Next would write the arguments of server actions to the log, passwords among them.
  logging: { serverFunctions: false },
  experimental: { serverActions: { bodySizeLimit: '1mb' } },
}
