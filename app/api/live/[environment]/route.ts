import { handleLive } from '@/lib/http/live/handle'

export const dynamic = 'force-dynamic'

type Context = { params: Promise<{ environment: string }> }

async function handle(request: Request, { params }: Context): Promise<Response> {
  return handleLive(request, (await params).environment)
}

export { handle as GET, handle as POST }
