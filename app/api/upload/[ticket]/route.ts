import { handleUpload } from '@/lib/http/transfer'

type Context = { params: Promise<{ ticket: string }> }

export async function PUT(request: Request, { params }: Context): Promise<Response> {
  return handleUpload(request, (await params).ticket)
}
