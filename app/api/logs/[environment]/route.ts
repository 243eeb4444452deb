import { handleLogDownload } from '@/lib/http/download-log'

export const dynamic = 'force-dynamic'

type Context = { params: Promise<{ environment: string }> }

export async function GET(request: Request, { params }: Context): Promise<Response> {
  return handleLogDownload(request, (await params).environment)
}
