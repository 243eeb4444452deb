import NextAuth from 'next-auth'
import type { NextRequest } from 'next/server'

import { authOptions } from '@/lib/auth/next-auth'
import { platform } from '@/lib/http/platform'

type Context = { params: Promise<{ nextauth: string[] }> }

// Made per request: the platform needs the running process's settings, which a build does not have.
function handle(request: NextRequest, context: Context): Promise<Response> {
  return (NextAuth(authOptions(platform())) as (request: NextRequest, context: Context) => Promise<Response>)(request, context)
}

export { handle as GET, handle as POST }
