import { handleRest } from '@/lib/http/rest'

export const dynamic = 'force-dynamic'

type Context = { params: Promise<{ path: string[] }> }

async function handle(request: Request, { params }: Context): Promise<Response> {
  return handleRest(request, (await params).path)
}

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT }
