/** @type {import('next').NextConfig} */
export default {
  // Types are checked by `npm run types`, once, for the whole repository.
  typescript: { ignoreBuildErrors: true },
  poweredByHeader: false,
  reactStrictMode: true,
  serverExternalPackages: ['postgres', 'pino', '@node-rs/argon2', 'graphile-worker'],
  // In development Next would write the arguments of server actions to the log, passwords among them.
  logging: { serverFunctions: false },
  // The console is never shown inside another page nor reached from one that it opened, what it answers is what it says it is, and
  // it needs nothing of the device but the clipboard. What pages may load is said by lib/http/page-policy.ts, with each answer.
  async headers() {
    const values = {
      'X-Frame-Options': 'DENY',
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'same-origin',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Permissions-Policy': 'camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), serial=(), usb=(), clipboard-read=(self), clipboard-write=(self)',
    }
    return [{ source: '/:path*', headers: Object.entries(values).map(([key, value]) => ({ key, value })) }]
  },
  // By the answer itself: a page that has begun to show would send on whoever has clicked in it meanwhile.
  async redirects() {
    const place = '/:project(prj_\\w+)/:environment(env_\\w+)'
    return [
      { source: `${place}/:service(svc_\\w+)`, destination: '/:project/:environment/:service/deployments', permanent: false },
      { source: `${place}/volumes/:volume(vol_\\w+)`, destination: '/:project/:environment/volumes/:volume/overview', permanent: false },
    ]
  },
  // Browsers ask for it where no page names an icon, such as beside an answer of the API.
  async rewrites() {
    return [{ source: '/favicon.ico', destination: '/icon.svg' }]
  },
  experimental: { serverActions: { bodySizeLimit: '1mb' } },
}
