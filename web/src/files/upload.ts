/** Files that people upload, and how they get to the server: with progress, which `fetch` does not tell. */
import { queryOptions } from '@tanstack/react-query'
import { ApiError, api, unwrap } from '../api/client'
import { back, isOver } from '../api/session'
import type { Problem, UploadedFile } from '../api/types'

/** The newest files of the account, to pick one again. */
export const uploads = queryOptions({
  queryKey: ['uploads'],
  queryFn: () => unwrap(api.GET('/api/v1/media', { params: { query: { limit: 200 } } })),
})

/** The largest file that the server takes. */
export const largest = 100 * 1024 * 1024

/** Uploads a file; `onPart` gets how much of it is there, from 0 to 1. */
export function upload(file: File, onPart: (part: number) => void): Promise<UploadedFile> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('POST', `/api/v1/media?filename=${encodeURIComponent(file.name)}`)
    request.setRequestHeader('Content-Type', file.type || 'application/octet-stream')
    request.setRequestHeader('Accept-Language', document.documentElement.lang || 'en')
    request.upload.onprogress = event => onPart(event.lengthComputable ? event.loaded / event.total : 0)
    request.onerror = () => reject(new ApiError(0))
    request.onload = () => {
      const answer = read(request.responseText)
      if (request.status === 201) resolve(answer as UploadedFile)
      else if (isOver(request.status, answer)) back(true).then(() => upload(file, onPart).then(resolve, reject))
      else reject(new ApiError(request.status, answer as Problem | undefined))
    }
    request.send(file)
  })
}

function read(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Whether a text is the id of an uploaded file. */
export const isUploaded = (text: string) => /^med_[0-9a-f]{32}$/.test(text.trim())

/** Bytes as people read them. */
export function sized(bytes: number | null | undefined, language: string): string {
  if (bytes === null || bytes === undefined) return ''
  const [value, unit] = bytes < 1024 * 1024 ? [bytes / 1024, 'kB'] : [bytes / 1024 / 1024, 'MB']
  return `${new Intl.NumberFormat(language, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)} ${unit}`
}
